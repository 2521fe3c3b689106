# what kernels take, and should not
. "${0%/*}/batch.sh"
blob k.btf '\0i\0' 1 0x01000000 4 0x01000020 1 0x04000000 4
check() {
	btf check -q --kernel 6.12 -B k.btf "$@"
	echo "exit $?"
}
# a pointer, a member and a chain to what is not there; an array of itself; a struct in itself; a
# typedef of itself; a member behind the end; a pointer to a variable
blob ptr.btf '' 0 0x02000000 99
blob member.btf 's\0' 3 0x04000001 8 0 99 0
blob chain.btf 't\0' 3 0x08000000 99
blob array.btf '' 0 0x03000000 0 3 1 2
blob struct.btf 's\0' 3 0x04000001 8 0 3 0
blob typedef.btf 't\0' 3 0x08000000 3
blob end.btf 's\0' 3 0x04000001 3 0 1 0
blob var.btf 'v\0' 3 0x0e000000 1 0 0 0x02000000 3
for f in ptr member chain array struct typedef end var; do
	check $f.btf
done
check --all ptr.btf
check --json member.btf
# ids that code holds
ids good.ko
btf check -q --kernel 6.12 -B $A good.ko
echo "exit $?"
ids bad.ko "$(id struct__device__1 9999)"
btf check -q --kernel 6.12 -B $A bad.ko
echo "exit $?"
# a .BTF.base without a type, as others make them of what refers to nothing; before 6.11 none is read
blob empty.btf '\0'
blob void.btf 'f\0' 1 0x0c000000 2 0 0x0d000000 0
as -o empty.ko /dev/null && objcopy --add-section .BTF=void.btf --add-section .BTF.base=empty.btf empty.ko
check empty.ko
btf check -q --kernel 6.9 --as module -B k.btf empty.ko
echo "exit $?"
