# in place, as a raw file and detached: the same BTF; a second run changes nothing
. "${0%/*}/encode.sh"
kernel k
cp k/vmlinux v1
btf encode k/vmlinux -o raw.btf 2>&1 | plain
btf encode k/vmlinux -o - 2>/dev/null | cmp - raw.btf
btf encode k/vmlinux -d out 2>&1 | plain
cmp k/vmlinux v1 && cmp out/vmlinux.btf raw.btf
btf encode -i k/vmlinux 2>&1 | plain
btf extract k/vmlinux -o - | cmp - raw.btf
cp k/vmlinux v2
btf encode -q -i k/vmlinux && cmp k/vmlinux v2
own raw.btf
btf encode k/vmlinux
echo "exit $?"
btf encode k/vmlinux -i -o x
echo "exit $?"
