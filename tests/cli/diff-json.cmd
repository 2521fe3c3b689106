# one JSON object that obeys the schema
python3 -c 'import jsonschema' 2>/dev/null || { echo 'python3-jsonschema is not installed' >&2; exit 77; }
here=${0%/*}
btf diff --equal --json examples/kernel-a.btf examples/kernel-a.btf >one.json
echo "exit $?"
btf diff --equal --json examples/kernel-a.btf examples/kernel-b.btf >two.json
echo "exit $?"
btf diff --equal --json -B good/kinds.btf good/split.btf good/split.btf >three.json
schema=$here/../../docs/schema/btf-diff-1.json
"$here/../golden/validate" "$schema" one.json two.json three.json && echo valid
cat one.json two.json three.json
# a schema that takes anything proves nothing
for wrong in '{"schema":"btf-diff/1"}' '{"schema":"btf-diff/2","equal":true}' \
	"$(sed 's/"types":\[37,37\]/"types":[37]/' one.json)" \
	"$(sed 's/"equal":false/"equal":true/' two.json)" "$(sed 's/"changed":3/"changed":-3/' two.json)"; do
	echo "$wrong" >wrong.json
	"$here/../golden/validate" "$schema" wrong.json >/dev/null && echo "takes $wrong"
done
true
