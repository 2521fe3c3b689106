# who the BTF is taken for, and the verdict
. "${0%/*}/batch.sh"
check() {
	btf check --kernel 6.18 "$@"
	echo "$*: exit $?"
}
check -q good/kinds.btf $A
check -q -B $A examples/lamp.ko
check -q --as user -B $A examples/lamp.ko
check --as user $A
# split BTF without its base, or on another one
check examples/lamp.ko
check -q -B $B examples/lamp.ko
btf distill -q -B $A -o lamp.ko examples/lamp.ko
check -q lamp.ko
check -q --json -B $B lamp.ko
# what is no BTF
printf 'text' >text
objcopy -R .BTF examples/lamp.ko none.ko
check text none.ko missing
