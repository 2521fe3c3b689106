# a base that is too small
btf dump -B good/distilled-base.btf good/split.btf
echo "exit $?"
btf dump -B good/empty.btf good/split.btf
