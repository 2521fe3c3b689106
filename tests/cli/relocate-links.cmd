# what in-place means is the same here: signed, linked, compressed
. "${0%/*}/batch.sh"
modules a.ko
btf distill -q -B $A --in-place a.ko
xz -c --check=crc32 a.ko >x.ko.xz
cp a.ko s.ko
signed s.ko
ln a.ko b.ko
btf relocate -B $B --in-place a.ko x.ko.xz s.ko
echo "exit $?"
btf relocate -q -B $B --in-place --strip-signature --break-hardlinks a.ko x.ko.xz s.ko
xz -dc x.ko.xz | cmp - s.ko
cmp <(btf dump -B $B a.ko) <(btf dump -B $B s.ko)
btf info b.ko | grep -c '^  \.BTF.base   [1-9]'
btf relocate -B missing --in-place a.ko
echo "exit $?"
