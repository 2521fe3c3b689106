# usage, and a base that is none
. "${0%/*}/batch.sh"
try() {
	btf explain "$@"
	echo "exit $?"
}
try
try -B $A -I $A examples/lamp.ko
try -B $A --kernel 5.15 examples/lamp.ko
try -B $A --kernel x examples/lamp.ko
try -B $A -j 9999 examples/lamp.ko
try -B missing examples/lamp.ko
try -B examples/lamp.ko --kernel 6.12 examples/lamp.ko
try -B $A --kernel 6.12 no_module
try --root missing lamp
mkdir -p root/lib/modules/6.12.1
try --root root lamp
# a kernel whose rules are not known
printf 'Linux version 5.10.1 (a@b) #1 SMP\n\0' >banner
objcopy -R .modinfo --update-section .BTF=$A --add-section .rodata=banner examples/lamp.ko k.elf
printf '\2' | dd of=k.elf bs=1 seek=16 conv=notrunc 2>/dev/null
try -B k.elf examples/lamp.ko
