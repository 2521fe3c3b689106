# built on another kernel: which types prove it, what the kernel will say, and what mends it
. "${0%/*}/batch.sh"
explain() {
	btf explain --kernel 6.12 "$@"
	echo "exit $?"
}
explain -B $B examples/lamp.ko
# the kernel does not even notice; the layout is another one too
explain -B $B --built-on $A examples/beacon.ko
# a base that is too small
blob small.btf '\0int\0' 1 0x01000000 4 0x01000020
explain -B small.btf examples/lamp.ko
# BTF that is whole, and no split at all
objcopy --update-section .BTF=$A examples/lamp.ko whole.ko
explain -B $A whole.ko
