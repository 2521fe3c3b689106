# .BTF_ids goes with the numbering in the same write, and is refused where it cannot
. "${0%/*}/batch.sh"
ids a.ko
cp a.ko first.ko
ids_of a.ko
btf distill -B $A --in-place a.ko
ids_of a.ko
btf dump a.ko | grep "'lamp_set'"
btf extract --section .BTF.base -o base.btf a.ko && btf dump base.btf | grep "'device'"
btf relocate -B $A --in-place a.ko
ids_of a.ko
refused() {
	cp "$1" before.ko
	btf distill -q -B $A --in-place "$1"
	echo "exit $?"
	cmp "$1" before.ko
}
# no symbols; symbols that say something else; a function of the base; ids of another build
cp first.ko stripped.ko
strip --strip-all stripped.ko
refused stripped.ko
ids symbol.ko "$(id enum__lamp_state__1 14)"
refused symbol.ko
ids func.ko "$(id func__current_task__1 33)"
refused func.ko
ids unresolved.ko "$(id func__current_task__1 0)"
refused unresolved.ko
ids range.ko "$(id struct__device__1 46)"
refused range.ko
ids stale.ko "$(id struct__device__1 28)"
refused stale.ko
# --strip-debug keeps what is needed; a section that is not resolved yet keeps its zeros and what
# it asks for
strip --strip-debug first.ko
btf distill -q -B $A -o b.ko first.ko 2>/dev/null && ids_of b.ko
ids early.ko "$(id struct__timer__1 0)"
btf distill -q -B $A --in-place early.ko 2>/dev/null
ids_of early.ko
btf extract --section .BTF.base -o base.btf early.ko && btf dump base.btf | grep "'timer'"
