# the base: any carrier; missing, wrong, unreadable
. "${0%/*}/batch.sh"
modules a.ko want.ko
btf distill -q -B $A --in-place want.ko
objcopy --update-section .BTF=$A examples/lamp.ko kernel.elf
objcopy -R .modinfo kernel.elf
xz -c $A >kernel.xz
for base in $A kernel.elf kernel.xz; do
	btf distill -q -B "$base" -o b.ko a.ko && cmp b.ko want.ko
done
cp a.ko before.ko
for base in missing.btf /etc/passwd . examples/lamp.ko want.ko /dev/null; do
	btf distill -B $base --in-place a.ko
	echo "exit $?"
done
btf distill --in-place a.ko
btf distill -B $A a.ko
btf distill -B $A --in-place --detached out a.ko
btf distill -B $A --in-place
echo "exit $?"
cmp a.ko before.ko
