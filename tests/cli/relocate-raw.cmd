# raw BTF needs the distilled base that stands beside it
. "${0%/*}/batch.sh"
btf extract -o lamp.btf examples/lamp.ko
btf relocate -B $B --in-place lamp.btf
echo "exit $?"
btf distill -q -B $A --in-place lamp.btf
cp lamp.btf before.btf
btf relocate -q -B $B -o - lamp.btf >out.btf
cmp lamp.btf before.btf
btf relocate -B $B -o other.btf lamp.btf && cmp other.btf out.btf
btf relocate -B $B --in-place lamp.btf && cmp lamp.btf out.btf
# its base does not belong to it any more
btf relocate -B $B --in-place lamp.btf
echo "exit $?"
# ids that came with it cannot follow
cp before.btf lamp.btf
cp lamp.btf.base before.btf.base
printf '\1\0\0\0' >before.btf.ids
btf relocate -q -B $B --in-place before.btf
echo "exit $?"
# into the folder of its own base
mkdir d
cp lamp.btf lamp.btf.base d/
btf relocate -q -B $B --detached d d/lamp.btf && cmp d/lamp.btf out.btf
# a base that cannot be read
echo text >lamp.btf.base
btf relocate -B $B --in-place lamp.btf
echo "exit $?"
rm lamp.btf.base
mkdir lamp.btf.base
btf relocate -B $B --in-place lamp.btf
echo "exit $?"
