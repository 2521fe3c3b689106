# onto another kernel: in place, to a file, detached; what does not fit names every type
. "${0%/*}/batch.sh"
cp examples/lamp.ko examples/beacon.ko .
btf distill -q -B $A --in-place lamp.ko beacon.ko
cp lamp.ko first.ko
btf relocate -B $B -o out.ko lamp.ko
cmp lamp.ko first.ko
btf dump -B $B out.ko | grep "^\[[0-9]*\] \(FWD\|FUNC\) "
btf info out.ko | grep '\.BTF.base'
btf relocate -B $B --detached out lamp.ko beacon.ko
echo "exit $?"
ls out
btf extract -o - out.ko | cmp - out/lamp.btf
cp beacon.ko before.ko
btf relocate -B $B --in-place lamp.ko beacon.ko
echo "exit $?"
cmp lamp.ko out.ko && cmp beacon.ko before.ko
# there is nothing left to relocate, nor was there ever in the second
btf relocate -B $B --in-place lamp.ko examples/lamp.ko
echo "exit $?"
btf relocate --json -B $B --in-place beacon.ko
