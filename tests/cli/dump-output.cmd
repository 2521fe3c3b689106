# into a file, whole or not at all
btf dump -o out good/kinds.btf && btf dump good/kinds.btf | cmp - out
btf dump --id 99 -o untouched good/kinds.btf
echo "exit $?"
ls untouched
