# features: a list, more and less than the standard set, unknown names
. "${0%/*}/encode.sh"
source_of f 'float half(float x) { return x / 2; }' 'enum big { BIG = 1ull << 40 } big(void) { return BIG; }' \
	'int global = 3;' '__attribute__((section(".data..percpu"))) int own;'
for list in default float enum64,var +global_var -float,-enum64 +layout,-var; do
	echo "-- $list"
	btf encode f.o -q -o f.btf --features "$list"
	btf dump f.btf | sed -n 's/^\[[0-9]*\] \(FLOAT\|ENUM.*\|VAR\|DATASEC\|FUNC\) \(.*\) .*/\1 \2/p' | cut -d' ' -f1,2 | sort
done
btf info f.btf | grep -c layout
btf encode f.o -o f.btf --features nosuch
echo "exit $?"
btf encode f.o -o f.btf --features +var,-none
echo "exit $?"
btf encode f.o -o f.btf --profile 1.30
echo "exit $?"
