# .BTF_ids goes onto the new kernel with everything else
. "${0%/*}/batch.sh"
ids a.ko
btf distill -q -B $A --in-place a.ko 2>/dev/null
btf relocate -B $B --detached out a.ko
btf relocate -q -B $B --in-place a.ko
ids_of a.ko
btf extract --section .BTF_ids -o - a.ko | cmp - out/a.btf.ids
btf dump -B $B a.ko | grep "'lamp_set'"
btf dump $B | grep "'device'"
# ids that the distilled module cannot have
ids b.ko
btf distill -q -B $A --in-place b.ko 2>/dev/null
btf extract --section .BTF_ids -o words b.ko
printf '\377' | dd of=words bs=1 conv=notrunc status=none
objcopy --update-section .BTF_ids=words b.ko
btf relocate -B $B --in-place b.ko
echo "exit $?"
