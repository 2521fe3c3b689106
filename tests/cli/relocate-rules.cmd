# what is right, and what a kernel says, where they differ
. "${0%/*}/batch.sh"
# a distilled base with FWD union u, a split that points at it, a kernel where u is a union
blob s.btf '' 0 0x02000000 1
blob s.btf.base '\0u\0' 1 0x87000000 0
blob k.btf '\0u\0i\0' 3 0x01000000 4 0x01000020 1 0x05000000 4
btf relocate -q -B k.btf -o sound.btf s.btf
echo "exit $?"
btf relocate -q --rules sound -B k.btf -o again.btf s.btf 2>/dev/null && cmp sound.btf again.btf
btf relocate -q --rules kernel-6.12 -B k.btf -o kernel.btf s.btf
echo "exit $?"
ls kernel.btf
# FWD union and a struct of the name: a kernel takes it, and is wrong
blob k.btf '\0u\0i\0' 3 0x01000000 4 0x01000020 1 0x04000000 4
btf relocate -q -B k.btf -o sound2.btf s.btf
echo "exit $?"
btf relocate -q --rules kernel-6.12 -B k.btf -o kernel.btf s.btf
echo "exit $?"
btf dump -B k.btf kernel.btf
# kernels that know no .BTF.base
for rules in kernel-6.10 kernel-5.19 kernel-6.11 kernel-7.0; do
	btf relocate -q --rules $rules -B k.btf -o kernel.btf s.btf
	echo "$rules: exit $?"
done
for rules in kernel kernel- kernel-6 kernel-6. kernel-.12 kernel-6.12.3 kernel-x.y right '' kernel-99999.1; do
	btf relocate --rules "$rules" -B k.btf -o kernel.btf s.btf
done
echo "exit $?"
