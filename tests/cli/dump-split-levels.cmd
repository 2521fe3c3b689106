# two levels: -B twice, in order
btf dump -B good/kinds.btf -B good/split.btf good/split2.btf
