# a signed module is refused, unless its signature may go
. "${0%/*}/batch.sh"
modules a.ko want.ko
signed a.ko
cp a.ko before.ko
btf distill -B $A --in-place a.ko
echo "exit $?"
cmp a.ko before.ko
btf distill -q -B $A --in-place --strip-signature a.ko
btf distill -q -B $A --in-place want.ko
cmp a.ko want.ko
# detached, nothing is written into it
btf distill -q -B $A --detached out before.ko && ls out
# nothing to do: nothing to refuse
signed a.ko
btf distill -B $A --in-place a.ko
