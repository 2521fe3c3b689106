# BTF that is cut off
head -c 1000 good/kinds.btf >cut.btf
btf dump cut.btf
