# a name that only the base has is found there; one of both is the file's own
btf dump --name plain -B good/kinds.btf good/split.btf
btf dump --name 'm*' -B good/kinds.btf good/split.btf
