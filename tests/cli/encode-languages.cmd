# units by language: left out, or alone
. "${0%/*}/encode.sh"
source_of c 'struct in_c { int x; } c_var; int in_c(struct in_c *x) { return x->x; }'
printf '.globl in_asm\n.type in_asm,@function\nin_asm:\n\tnop\n.size in_asm, .-in_asm\n.section .note.GNU-stack,"",@progbits\n' >s.s
gcc -g -c -o s.o s.s
ld -r -o both.o c.o s.o
btf encode both.o -q -o all.btf && own all.btf
echo "-- without C"
btf encode both.o -q -o asm.btf --lang-exclude c99,C11 && own asm.btf
echo "-- only C"
btf encode both.o -q -o c.btf --lang c,c11 --lang c17 --lang c99 && own c.btf
echo "-- none left"
btf encode both.o -o none.btf --lang rust
echo "exit $?"
ls none.btf 2>/dev/null
btf encode both.o -o none.btf --lang rust --require
echo "exit $?"
btf encode both.o -o none.btf --lang-exclude klingon
echo "exit $?"
