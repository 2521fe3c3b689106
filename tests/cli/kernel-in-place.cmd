# in place and distilled: as encode and distill make it one by one
. "${0%/*}/encode.sh"
kernel k
kernel one
xz k/beacon.ko
btf kernel --in-place --distill k 2>&1 | plain
btf encode -q -i one/vmlinux
btf encode -q -i -B one/vmlinux one/lamp.ko one/beacon.ko
btf distill -q -i -B one/vmlinux one/lamp.ko one/beacon.ko
xz -d k/beacon.ko.xz
diff -r k one
btf relocate -q -B k/vmlinux k/lamp.ko -o - >/dev/null
echo "exit $?"
# a vmlinux whose .BTF is loaded with it keeps that: the kernel that runs has no other
kernel linked
btf encode -q -o v.btf linked/vmlinux
cp good/layout.btf other.btf
btf dump --format raw other.btf | wc -l
objcopy --add-section .BTF=other.btf --set-section-flags .BTF=alloc,readonly linked/vmlinux
cp linked/vmlinux before
btf kernel --in-place linked 2>&1 | plain
cmp linked/vmlinux before
btf encode -q -B other.btf -o l.btf linked/lamp.ko
btf extract linked/lamp.ko -o - | cmp - l.btf
btf kernel -q --detached out linked && cmp out/vmlinux.btf v.btf
# raw BTF, or a vmlinux without DWARF: modules are for what it has
btf kernel --detached raw v.btf linked/lamp.ko 2>&1 | plain
ls raw
strip -g linked/vmlinux
btf kernel --detached bare linked/vmlinux linked/lamp.ko 2>&1 | plain
ls bare && cmp bare/lamp.btf l.btf
btf kernel --require --detached bare linked/vmlinux linked/lamp.ko
echo "exit $?"
