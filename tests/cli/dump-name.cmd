# names and patterns; what one pattern finds is in id order
btf dump --name plain good/kinds.btf
btf dump --name 'far*' --name '[!a-z]*' good/kinds.btf
btf dump --id 1 --name double good/kinds.btf
