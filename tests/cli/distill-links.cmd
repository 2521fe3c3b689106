# hard links are refused or broken, symbolic links are followed; a file given twice is done once
. "${0%/*}/batch.sh"
modules a.ko
cp a.ko before.ko
ln a.ko b.ko
btf distill -B $A --in-place a.ko
echo "exit $?"
cmp a.ko before.ko
btf distill -B $A --in-place --break-hardlinks a.ko
cmp b.ko before.ko
btf info a.ko | grep -c '^  \.BTF.base   [1-9]'
mkdir real
modules real/c.ko
ln -s real/c.ko c.ko
ln -s c.ko d.ko
btf distill -B $A --in-place -j 4 c.ko d.ko real/c.ko ./real/../real/c.ko
readlink c.ko d.ko
btf info real/c.ko | grep -c '^  \.BTF.base   [1-9]'
ln -s nowhere e.ko
btf distill -B $A --in-place e.ko
echo "exit $?"
