# no such name: said, and what else is asked for is printed
btf dump --name nothing --name plain good/kinds.btf
