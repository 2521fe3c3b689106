# raw BTF becomes two files, FILE and FILE.base; a second run finds it distilled
. "${0%/*}/batch.sh"
btf extract -o lamp.btf examples/lamp.ko
cp lamp.btf before.btf
btf distill -B $A --in-place lamp.btf
btf dump lamp.btf.base | head -n 3
state lamp.btf >before
state lamp.btf.base >>before
btf distill -B $A --in-place lamp.btf
{ state lamp.btf; state lamp.btf.base; } | cmp before -
# with -o too, also of what is distilled already; the input stays
btf distill -q -B $A -o out.btf before.btf && cmp out.btf lamp.btf && cmp out.btf.base lamp.btf.base
btf distill -q -B $A -o copy.btf lamp.btf && cmp copy.btf lamp.btf && cmp copy.btf.base lamp.btf.base
# two files do not go into a pipe
btf distill -q -B $A -o - before.btf
echo "exit $?"
btf distill -q -B $A -o /dev/null before.btf
echo "exit $?"
ls /dev/null.base
# what stands beside it is not its base (a run that was interrupted): done again
cp before.btf half.btf
cp lamp.btf.base half.btf.base
btf distill -B $A --in-place half.btf && cmp half.btf lamp.btf
# what stands beside it is nothing that can be read
cp before.btf bad.btf
echo text >bad.btf.base
btf distill -B $A --in-place bad.btf
echo "exit $?"
cmp before.btf bad.btf
# compressed, it stays so
gzip -nc before.btf >packed.btf.gz
btf distill -q -B $A --in-place packed.btf.gz
gzip -dc packed.btf.gz | cmp - lamp.btf && cmp packed.btf.gz.base lamp.btf.base
