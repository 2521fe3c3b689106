# JSON obeys its schema
python3 -c 'import jsonschema' 2>/dev/null || { echo 'python3-jsonschema is not installed' >&2; exit 77; }
. "${0%/*}/batch.sh"
here=${0%/*}
schema=$here/../../docs/schema/btf-check-1.json
mkdir m
cp examples/lamp.ko m/
printf 'text' >m/text
blob m/refused.btf 's\0' 3 0x04000001 8 0 0 0
blob m/unsafe.btf '' 0 0x02000000 9999
btf check --json --kernel 6.18 -B $A m missing >lines 2>/dev/null
echo "exit $?"
n=0
while IFS= read -r line; do
	n=$((n + 1))
	printf '%s\n' "$line" >line$n.json
done <lines
"$here/../golden/validate" "$schema" line*.json && echo "$n valid"
cat lines
# a schema that takes anything proves nothing
for wrong in '{"schema":"btf-check/1"}' '{"schema":"btf-check/1","file":"x","verdict":"accepted"}' \
	"$(grep '"refused.btf\|m/refused' lines | sed 's/"rule":"[^"]*",//')" \
	"$(grep 'm/unsafe' lines | sed 's/check.unsafe/check/')"; do
	echo "$wrong" >wrong.json
	"$here/../golden/validate" "$schema" wrong.json >/dev/null && echo "takes $wrong"
done
true
