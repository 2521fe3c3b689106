# a file without DWARF: said, and no failure; --require makes it one, --empty a BTF without types
. "${0%/*}/encode.sh"
kernel k
strip -g -o bare.o k/lamp.ko
cp bare.o before.o
btf encode bare.o -i
echo "exit $?"
cmp bare.o before.o
btf encode bare.o k/lamp.ko -d out 2>&1 | plain
ls out
btf encode bare.o --require -i
echo "exit $?"
btf encode bare.o --empty -o empty.btf -q
echo "exit $?"
btf dump empty.btf | wc -l
btf encode bare.o --empty -B k/vmlinux -o no.btf
echo "exit $?"
btf encode -q -i k/vmlinux && btf encode bare.o --empty -q -B k/vmlinux -i && btf dump -B k/vmlinux bare.o | wc -l
