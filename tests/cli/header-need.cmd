# slim headers: by name, pattern, enumerator and id; by the words of a program
cd examples
types() { grep "^struct\|^enum\|^typedef\|^union\|^	[A-Z_]* = "; }
btf header kernel-a.btf --need task | types
echo "== several"
btf header kernel-a.btf --need LAMP_ON --need 'ti*r' --need 3 | types
cat >prog.bpf.c <<'PROG'
#include "vmlinux.h" /* struct timer */
struct event { int x; };
int run(struct device *dev, u64 y)
{
	struct event e = {.x = (int)y};
	return e.x && dev->ops->read != 0 ? LAMP_OFF : dev->parent->flags;
}
PROG
echo "== a program"
btf header kernel-a.btf --need ./prog.bpf.c | types
btf header kernel-a.btf -n prog.bpf.c -o vmlinux.h && cc -Wall -Werror -fsyntax-only prog.bpf.c
echo "exit $?"
# an empty program needs what the headers of libbpf do
: >empty.c
btf header kernel-a.btf --need empty.c | types
