# modules that load with their BTF: plain, distilled, without a type, raw, compressed, signed
. "${0%/*}/batch.sh"
explain() {
	btf explain --kernel 6.12 "$@"
	echo "exit $?"
}
explain -B $A examples/lamp.ko
modules distilled.ko signed.ko
btf distill -q -B $A --in-place distilled.ko
explain -B $B distilled.ko
words 0x0001eb9f 24 0 0 0 0 >empty.btf
objcopy --update-section .BTF=empty.btf examples/lamp.ko empty.ko
signed signed.ko
xz -k signed.ko
btf extract -o lamp.btf examples/lamp.ko
explain -B $A empty.ko signed.ko signed.ko.xz lamp.btf distilled.ko
