# the base of another build: told by the release, or by what does not fit; --force goes on
. "${0%/*}/batch.sh"
modules a.ko
objcopy --update-section .BTF=$A examples/lamp.ko kernel.elf
objcopy --update-section .BTF=$B examples/lamp.ko kernel-b.elf
printf 'vermagic=2.0-kernel-b SMP\0name=x\0' >modinfo
objcopy --update-section .modinfo=modinfo kernel.elf
btf distill -B kernel.elf --in-place a.ko
echo "exit $?"
btf distill -q -B kernel.elf --force -o b.ko a.ko
btf distill -q -B $A -o c.ko a.ko && cmp b.ko c.ko
# the release agrees, or nobody knows one: what the module refers to is not there
btf distill -B kernel-b.elf --in-place a.ko
echo "exit $?"
btf distill -B $B --in-place a.ko
echo "exit $?"
# too small a base gives errors that --force does not hide
blob small.btf '\0int\0' 1 0x01000000 4 0x01000020
btf distill -B small.btf --force --in-place a.ko
echo "exit $?"
cmp a.ko examples/lamp.ko
