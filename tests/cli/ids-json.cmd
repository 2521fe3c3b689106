# JSON obeys its schema
python3 -c 'import jsonschema' 2>/dev/null || { echo 'python3-jsonschema is not installed' >&2; exit 77; }
. "${0%/*}/batch.sh"
here=${0%/*}
schema=$here/../../docs/schema/btf-ids-1.json
ids a.ko
ids stale.ko "$(id struct__device__1 28)" "$(id func__nowhere__2 0)"
{
	btf ids --json -B $A a.ko stale.ko examples/lamp.ko missing
	echo "exit $?" >&2
	btf ids --json a.ko
	btf ids --json --verify -B $A a.ko stale.ko
	echo "exit $?" >&2
	btf ids --json --resolve -B $A --in-place a.ko stale.ko
} >lines
n=0
while IFS= read -r line; do
	n=$((n + 1))
	printf '%s\n' "$line" >line$n.json
done <lines
"$here/../golden/validate" "$schema" line*.json && echo "$n valid"
cat lines
# a schema that takes anything proves nothing
for wrong in '{"schema":"btf-ids/1"}' '{"schema":"btf-ids/1","file":"x","verdict":"right"}' \
	"$(grep '"a.ko"' lines | head -n 1 | sed 's/"offset":[0-9]*,"id"/"id"/')"; do
	echo "$wrong" >wrong.json
	"$here/../golden/validate" "$schema" wrong.json >/dev/null && echo "takes $wrong"
done
true
