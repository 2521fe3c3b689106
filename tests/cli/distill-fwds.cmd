# forward declarations stay in the split, or go where libbpf puts them
. "${0%/*}/batch.sh"
modules a.ko b.ko
btf distill -q -B $A --in-place a.ko
btf distill -q -B $A --fwds-in-base --in-place b.ko
for f in a.ko b.ko; do
	btf extract --section .BTF.base -o base.btf $f
	echo "$f: $(btf dump base.btf | grep -c FWD) in .BTF.base, $(btf dump $f | grep -c FWD) in all"
	btf relocate -q -B $B --in-place $f
done
