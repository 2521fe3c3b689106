# with -B only what the base has not; with --distill what encoding and distilling make
. "${0%/*}/encode.sh"
kernel k
btf encode -q -i k/vmlinux
btf encode -q -B k/vmlinux k/lamp.ko -o lamp.btf
own lamp.btf k/vmlinux
cp k/lamp.ko twice.ko
btf encode -q -i -B k/vmlinux twice.ko && btf distill -q -i -B k/vmlinux twice.ko
btf encode -q -i -B k/vmlinux --distill k/lamp.ko
cmp k/lamp.ko twice.ko
btf encode -q -B k/vmlinux --distill k/lamp.ko -o two.btf
btf extract k/lamp.ko -o - | cmp - two.btf
btf extract -s .BTF.base k/lamp.ko -o - | cmp - two.btf.base
btf encode -q -B k/vmlinux --distill k/lamp.ko -o -
echo "exit $?"
btf encode --distill k/lamp.ko -i
echo "exit $?"
# not distilled again: the old base goes
btf encode -q -i -B k/vmlinux k/lamp.ko && btf info -B k/vmlinux k/lamp.ko | grep BTF.base
