# a list that is empty is not the whole BTF
btf dump --name nothing --json good/kinds.btf
