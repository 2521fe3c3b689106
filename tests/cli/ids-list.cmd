# every word of .BTF_ids, and what it means; without the base what the symbols say
. "${0%/*}/batch.sh"
ids a.ko
btf ids -B $A a.ko
btf ids a.ko
# not resolved yet; a name that no type has
ids early.ko "$(id struct__device__1 0)" '.long 0' "$(id union__nowhere__2 0)" \
	"$(set8 kfuncs 2 0 1)" "$(id func__lamp_set__3 0)" '.long 0x1005' "$(id func__lamp_get__4 0)" '.long 0'
btf ids -B $A early.ko
# an id of another type; no symbols; no section; no file
ids stale.ko "$(id struct__device__1 28)"
btf ids -B $A stale.ko
strip --strip-all a.ko
btf ids -B $A a.ko
btf ids examples/lamp.ko
echo "exit $?"
btf ids missing
echo "exit $?"
