# modules by name, in folders, of several kernels below --root; an old one in the initramfs
. "${0%/*}/batch.sh"
# kernel RELEASE BTF: installs a kernel, whose banner says its release
kernel() {
	mkdir -p "root/lib/modules/$1/kernel" root/boot
	printf 'Linux version %s (a@b) #1 SMP\n\0' "$1" >banner
	objcopy -R .modinfo --update-section .BTF="$2" --add-section .rodata=banner \
		--set-section-flags .rodata=alloc,readonly examples/lamp.ko "root/boot/vmlinuz-$1"
	# an executable, not a relocatable file
	printf '\2' | dd of="root/boot/vmlinuz-$1" bs=1 seek=16 conv=notrunc 2>/dev/null
}
kernel 6.12.1-a $A
echo 'CONFIG_MODULE_ALLOW_BTF_MISMATCH=y' >root/boot/config-6.12.1-a
printf 'name=sig_lamp\0vermagic=6.12.1-a SMP\0intree=Y\0' >modinfo
objcopy --update-section .modinfo=modinfo examples/lamp.ko root/lib/modules/6.12.1-a/kernel/sig-lamp.ko
xz root/lib/modules/6.12.1-a/kernel/sig-lamp.ko
# the only kernel there; the name as dmesg has it
btf explain --root root sig_lamp
echo "exit $?"
kernel 6.12.2-b $B
echo 'kernel/sig-lamp.ko.xz: kernel/other.ko' >root/lib/modules/6.12.1-a/modules.dep
btf explain --root root sig_lamp
echo "exit $?"
btf explain --root root -B root/boot/vmlinuz-6.12.1-a sig-lamp
echo "exit $?"
# an old module on the new kernel, which has none of its own; then it has
btf explain --root root -B root/boot/vmlinuz-6.12.2-b root/lib/modules/6.12.1-a/kernel/sig-lamp.ko.xz
echo "exit $?"
cp root/lib/modules/6.12.1-a/kernel/sig-lamp.ko.xz root/lib/modules/6.12.2-b/kernel/
btf explain --root root -B root/boot/vmlinuz-6.12.2-b root/lib/modules/6.12.1-a/kernel/sig-lamp.ko.xz |
	sed -n '/^To mend/,$p'
# a module that could bring its BTF along, and is refused for its release
btf distill -q -B $A -o distilled.ko examples/lamp.ko
btf explain --root root -B root/boot/vmlinuz-6.12.2-b distilled.ko
echo "exit $?"
# DKMS built it, of a package of another name
mkdir -p root/var/lib/dkms/lights/1.2/6.12.1-a/x86_64/module root/lib/modules/6.12.2-b/updates/dkms
printf 'name=sig_lamp\0vermagic=6.12.1-a SMP\0' >modinfo2
objcopy --update-section .modinfo=modinfo2 examples/beacon.ko root/lib/modules/6.12.2-b/updates/dkms/sig-lamp.ko
cp root/lib/modules/6.12.2-b/updates/dkms/sig-lamp.ko root/var/lib/dkms/lights/1.2/6.12.1-a/x86_64/module/
btf explain --root root -B root/boot/vmlinuz-6.12.2-b root/lib/modules/6.12.2-b/updates/dkms/sig-lamp.ko |
	sed -n '/^To mend/,$p'
rm -r root/lib/modules/6.12.2-b/updates
# folders: a line for each module, other files are passed over; the same for any number of threads
objcopy --update-section .modinfo=modinfo examples/beacon.ko root/lib/modules/6.12.1-a/kernel/beacon.ko
for b in a b; do
	btf explain --root root -j 1 -B root/boot/vmlinuz-6.12.*-$b root/lib/modules/6.12.1-a examples/lamp.ko
	echo "exit $?"
done
btf explain --root root -j 4 --json -B root/boot/vmlinuz-6.12.2-b root/lib/modules >four
btf explain --root root -j 1 --json -B root/boot/vmlinuz-6.12.2-b root/lib/modules | cmp - four
btf explain --root root -v -q -B root/boot/vmlinuz-6.12.1-a root/lib/modules/6.12.1-a/kernel examples/lamp.ko
echo "exit $?"
