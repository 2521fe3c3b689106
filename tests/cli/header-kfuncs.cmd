# kfuncs come from the flagged sets of .BTF_ids where no tag tells; damaged sets are a warning
cd examples
kernel() { # OUT FLAGS ID
	cat >k.s <<-ASM
		.section .BTF, "a"
		.incbin "kernel-a.btf"
		.section .BTF_ids, "a"
		__BTF_ID__set8__kfuncs:
		.long 1, $2
		__BTF_ID__func__$3__1:
		.long 0, 0
		.size __BTF_ID__set8__kfuncs, . - __BTF_ID__set8__kfuncs
		.size __BTF_ID__func__$3__1, 4
	ASM
	sed -i 's/^\.long 1, /.long 0, /' k.s
	cc -c k.s -o "$1"
}
kernel one.o 1 current_task
btf header one.o | grep "__ksym;"
echo "== not flagged"
kernel plain.o 0 current_task
btf header plain.o | grep -c "__ksym;"
echo "== slim"
btf header one.o --need current_task | grep "^struct\|__ksym;"
echo 'int f(void) { return current_task()->pid; }' >prog.c
btf header one.o --need prog.c | grep "^struct task {\|__ksym;"
btf header one.o --need timer | grep -c "__ksym;"
echo "== stripped of its symbols"
strip --strip-all one.o
btf header one.o | grep -c "__ksym;"
echo "== damaged"
kernel bad.o 1 current_task
objcopy --update-section .BTF_ids=/dev/stdin bad.o <<<"xx" && btf header bad.o | grep -c "^struct"
