# ids are filled in, once; flags stay with their function
. "${0%/*}/batch.sh"
early() {
	ids "$1" "$(id struct__device__1 0)" "$(id struct__nowhere__2 0)" "$(set8 kfuncs 2 0 1)" \
		"$(id func__lamp_set__3 0)" '.long 0x20' "$(id struct__device__4 0)" '.long 0x7'
}
early a.ko
btf ids --resolve -B $A --in-place a.ko
ids_of a.ko
btf ids --verify -q -B $A a.ko && echo right
# again: nothing is written
state a.ko >before
btf ids --resolve -B $A --in-place a.ko
state a.ko | diff before -
# to another file; compressed
early b.ko
gzip -k b.ko
btf ids --resolve -q -B $A -o c.ko b.ko.gz
btf ids --verify -q -B $A c.ko && echo right
ids_of b.ko
# resolved for another kernel: the same order, and another
ids moved.ko "$(set8 kfuncs 2 2 1)" "$(id func__lamp_set__1 18)" '.long 0x7' "$(id struct__device__2 44)" '.long 0x20'
btf ids --resolve -B $A --in-place moved.ko
ids_of moved.ko
ids torn.ko "$(set8 kfuncs 2 2 1)" "$(id func__lamp_set__1 5)" '.long 0x7' "$(id struct__device__2 44)" '.long 0x20'
btf ids --resolve -B $A --in-place torn.ko
echo "exit $?"
ids_of torn.ko
# signed
early signed.ko
signed signed.ko
btf ids --resolve -q -B $A --in-place signed.ko 2>&1 | tail -n 1
btf ids --resolve -q -B $A --in-place --strip-signature signed.ko 2>/dev/null
btf ids --verify -q -B $A signed.ko && echo right
