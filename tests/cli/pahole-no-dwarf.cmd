# pahole: without DWARF nothing is wrong; a file of its own is there all the same
. "${0%/*}/pahole.sh"
kernel k
pahole -J k/vmlinux
echo '.globl f; f: nop' | gcc -c -x assembler -o asm.o -
cp asm.o before.o
pahole -J asm.o
echo "exit $?"
cmp asm.o before.o
pahole -qJ --btf_base k/vmlinux asm.o
echo "exit $?"
pahole -qJ --btf_encode_detached=whole.btf asm.o
echo "exit $?"
pahole -qJ --btf_base k/vmlinux --btf_encode_detached=split.btf asm.o
echo "exit $?"
btf dump whole.btf && btf dump -B k/vmlinux split.btf
stat -c '%n %s' whole.btf split.btf
# all of it in a language that is not read
source_of f 'struct f { int x; } f(void) { return (struct f){ 1 }; }'
pahole -J --lang=rust f.o
echo "exit $?"
sections f.o
