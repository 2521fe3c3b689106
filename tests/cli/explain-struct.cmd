# a struct that a distilled module holds by value has another size, or is gone
. "${0%/*}/batch.sh"
explain() {
	btf explain --kernel 6.12 "$@"
	echo "exit $?"
}
cp examples/beacon.ko beacon.ko
btf distill -q -B $A --in-place beacon.ko
explain -B $B beacon.ko
blob small.btf '\0int\0' 1 0x01000000 4 0x01000020
explain -B small.btf beacon.ko | sed -n '1p;/log says/,/^$/p'
# two types that fit, and the kernel stops at that
blob old.btf '\0s\0' 1 0x04000000 4
blob new.btf '\0s\0' 1 0x04000000 4 1 0x04000000 4
blob own.btf 'own\0' 3 0x04000001 4 0 1 0
objcopy --update-section .BTF=own.btf examples/lamp.ko two.ko
btf distill -q -B old.btf --in-place two.ko
explain -B new.btf two.ko
# kernels before 6.11 know no .BTF.base
btf explain --kernel 6.1 -B $A beacon.ko
echo "exit $?"
