# -o: another file, the input itself, standard output, a copy of what was distilled already
. "${0%/*}/batch.sh"
modules a.ko
cp a.ko before.ko
btf distill -q -B $A -o b.ko a.ko
cmp a.ko before.ko && btf info b.ko | grep -c '^  \.BTF.base   [1-9]'
btf distill -q -B $A -o - a.ko | cmp - b.ko
btf distill -B $A -o c.ko b.ko && cmp b.ko c.ko
btf distill -q -B $A -o a.ko a.ko && cmp a.ko b.ko
btf distill -B $A -o c.ko a.ko before.ko
echo "exit $?"
btf distill -B $A -o . before.ko
echo "exit $?"
btf distill -B $A -o nowhere/a.ko before.ko
echo "exit $?"
btf distill --json -B $A -o - before.ko
echo "exit $?"
ls -A
