# a kind that is not known
btf dump --format c good/unknown.btf
