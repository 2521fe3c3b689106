# pahole: into programs and objects without objcopy, as the build goes on with them
. "${0%/*}/pahole.sh"
kernel k
echo '-- a program, and what link-vmlinux.sh does with it'
gcc -nostdlib -static -Wl,--build-id=none,-e0 -o vmlinux k/vmlinux 2>/dev/null || ld -e0 -o vmlinux k/vmlinux
readelf -SW vmlinux | grep -v BTF | sed -n 's/^ *\[ *[0-9]*\] \(\.[a-z][^ ]*\) *[A-Z]* *\([0-9a-f]* [0-9a-f]*\) .*/\1 \2/p' | grep -v shstrtab >before
chmod 750 vmlinux
LLVM_OBJCOPY=/nonexistent pahole -J -j2 --btf_features=default --lang_exclude=rust vmlinux
echo "exit $?"
sections vmlinux
readelf -SW vmlinux | grep -v BTF | sed -n 's/^ *\[ *[0-9]*\] \(\.[a-z][^ ]*\) *[A-Z]* *\([0-9a-f]* [0-9a-f]*\) .*/\1 \2/p' | grep -v shstrtab >after
cmp before after && stat -c %a vmlinux
objcopy --only-section=.BTF --set-section-flags .BTF=alloc,readonly --strip-all vmlinux btf.o 2>/dev/null
printf '\1' | dd of=btf.o conv=notrunc bs=1 seek=16 status=none
ld -r -o linked.o btf.o && sections linked.o
btf diff --equal vmlinux linked.o | plain
echo '-- again: the same'
cp vmlinux first
pahole -J -j2 --btf_features=default vmlinux && cmp vmlinux first
echo '-- modules, on a program and on raw BTF'
btf extract vmlinux -o raw.btf
cp k/lamp.ko other.ko
pahole -J --btf_features=default --btf_base=vmlinux k/lamp.ko && sections k/lamp.ko
pahole -J --btf_features=default --btf_base raw.btf other.ko && cmp k/lamp.ko other.ko
pahole -J --btf_features=default --btf_base raw.btf --btf_encode_detached=lamp.btf k/beacon.ko k/lamp.ko
stat -c '%n %a' lamp.btf
sections k/beacon.ko
echo '-- several files are one, in the first that has something to describe'
source_of one 'struct shared { int a; };' 'int one(struct shared *s) { return s->a; }'
source_of two 'struct shared { int a; };' 'long two(struct shared *s) { return s->a; }'
echo '.text' | gcc -c -x assembler -o none.o -
pahole -q -J none.o one.o two.o && sections none.o && sections one.o && sections two.o
own one.o
echo '-- a distilled base where it is asked for'
compile examples/lamp.c lamp.ko
cp lamp.ko plain.ko
pahole -J --btf_features=default,distilled_base --btf_base raw.btf lamp.ko && sections lamp.ko
compile examples/lamp.c lamp.ko
pahole -J --btf_features=default,distilled_base --btf_base raw.btf --btf_encode_detached=d lamp.ko && sections lamp.ko
btf info d.base >/dev/null && stat -c '%n %a' d d.base
echo '-- many bytes into a pipe, and into the one that is a file'
pahole -J --btf_features=default --btf_encode_detached=/dev/stdout plain.ko >p && pahole -J --btf_features=default --btf_encode_detached=- plain.ko && cmp p ./-
