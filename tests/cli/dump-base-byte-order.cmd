# a base of the other byte order serves as well
btf dump -B good/kinds-be.btf good/split.btf | cmp - <(btf dump -B good/kinds.btf good/split.btf)
