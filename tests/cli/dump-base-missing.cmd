# a base that is not there
btf dump -B no.btf good/split.btf
