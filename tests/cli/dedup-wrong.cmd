# what is missing, what cannot be read, what cannot be deduplicated: said with the type
btf dedup examples/kernel-a.btf
echo "exit $?"
btf dedup -o x.btf
echo "exit $?"
btf dedup --why x -o - examples/kernel-a.btf
echo "exit $?"
btf dedup -o x.btf missing.btf
echo "exit $?"
btf dedup -o x.btf good/split.btf
echo "exit $?"
# a pointer to itself
printf '\237\353\1\0\30\0\0\0\0\0\0\0\14\0\0\0\14\0\0\0\1\0\0\0\0\0\0\0\0\0\0\2\1\0\0\0\0' >loop.btf
btf dedup -o x.btf loop.btf
echo "exit $?"
btf dedup -o x.btf good/unknown.btf
echo "exit $?"
btf dedup -o no/such/folder/x.btf examples/kernel-a.btf
echo "exit $?"
[ -e x.btf ] || echo 'nothing written'
