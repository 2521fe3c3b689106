# in the wrong order
btf dump -B good/split.btf -B good/kinds.btf good/split2.btf
