# a base that is too small
btf dump -B good/names.btf good/split.btf
echo "exit $?"
btf dump -B good/empty.btf good/split.btf
