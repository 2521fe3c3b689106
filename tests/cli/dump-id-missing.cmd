# an id that is not there: nothing is printed
btf dump --id 1 --id 41 good/kinds.btf
