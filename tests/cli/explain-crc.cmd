# CRCs of symbols beside Module.symvers
. "${0%/*}/batch.sh"
{
	for s in same:1 other:2 gone:3; do
		printf '%b\0\0\0\0\0\0\0' "\\x${s#*:}"
		printf '%s' "${s%:*}"
		head -c $((56 - $(printf '%s' "${s%:*}" | wc -c))) /dev/zero
	done
} >versions
objcopy --add-section __versions=versions examples/lamp.ko crcs.ko
printf '0x00000001\tsame\tvmlinux\tEXPORT_SYMBOL\t\n0x0000beef\tother\tvmlinux\tEXPORT_SYMBOL\t\nno line\n' >symvers
btf explain --kernel 6.12 -B $A --symvers symvers crcs.ko
echo "exit $?"
btf explain --kernel 6.12 -B $B --symvers symvers crcs.ko | sed -n '/^Symbols/,/^$/p;/^To mend/,$p'
btf explain --kernel 6.12 -B $A --symvers missing crcs.ko
echo "exit $?"
head -c 100 versions >cut
objcopy --update-section __versions=cut crcs.ko cut.ko
btf explain --kernel 6.12 -B $A --symvers symvers cut.ko
