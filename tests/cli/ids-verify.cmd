# right and wrong ids, file by file and in a folder
. "${0%/*}/batch.sh"
verify() {
	btf ids --verify "$@"
	echo "exit $?"
}
mkdir m
ids m/a.ko
cp examples/lamp.ko m/
printf 'text' >m/text
verify -B $A m
gzip -k m/a.ko
verify -B $A m/a.ko.gz
# on the next kernel the ids are others
verify -q -B $B m/a.ko
# distilled, its ids are those of its own base, whatever -B says; lists have a warning
cp m/a.ko d.ko
btf distill -q -B $A --in-place d.ko 2>/dev/null
verify -q -B $B d.ko
# not resolved, not sorted, one left out, of another type, without symbols
ids early.ko "$(id struct__device__1 0)"
ids order.ko "$(set8 kfuncs 2 2 1)" "$(id func__lamp_set__1 45)" '.long 0' "$(id struct__device__2 19)" '.long 0'
ids left.ko "$(id struct__device__1 19)" "$(id func__lamp_set__2 0)"
ids stale.ko "$(id struct__device__1 28)"
cp m/a.ko bare.ko
strip --strip-all bare.ko
for file in early order left stale bare; do
	verify -q -B $A $file.ko
done
verify examples/lamp.ko m/a.ko
