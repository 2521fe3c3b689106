# encode: what kernels that were configured with pahole 1.24, or know no ENUM64, are given
. "${0%/*}/encode.sh"
source_of f 'int only_clone(int a) __asm__("only_clone.constprop.0");' 'int only_clone(int a) { return a; }' \
	'float in_another_register(float x) { return x; }' \
	'enum negative { NEGATIVE = -1 } e(void) { return NEGATIVE; }' \
	'__attribute__((section(".data..percpu..first"))) int at_zero = 1;' \
	'__attribute__((section(".data..percpu"))) int behind = 1;'
echo 'SECTIONS { .data..percpu 0 : { *(.data..percpu..first) *(.data..percpu) } .text 0x1000 : { *(.text) } }' >script
ld -e0 -z noexecstack -T script -o vmlinux f.o
for profile in 1.24 1.31; do
	echo "-- $profile"
	btf encode -q --profile $profile --features var,float -o f.btf vmlinux
	own f.btf | grep -E "FUNC |VAR"
	btf encode -q --profile $profile --why only_clone -o f.btf vmlinux | sed 's/ in .*\.c$/ in f.c/'
done
btf encode -q --profile 1.24 --why in_another_register -o f.btf vmlinux | sed 's/ in .*\.c$/ in f.c/'
echo '-- signs of enums'
btf encode -q --features default -o f.btf vmlinux && btf dump --name negative f.btf | sed 's/^\[[0-9]*\] //'
btf encode -q --features -enum64 -o f.btf vmlinux && btf dump --name negative f.btf | sed 's/^\[[0-9]*\] //'
