# JSON Lines that obey the schema, whatever happens to the files
python3 -c 'import jsonschema' 2>/dev/null || { echo 'python3-jsonschema is not installed' >&2; exit 77; }
. "${0%/*}/batch.sh"
here=${0%/*}
modules a.ko
ids b.ko
objcopy -R .BTF examples/lamp.ko none.ko
cp a.ko signed.ko
signed signed.ko
btf distill --json -B $A --in-place a.ko b.ko a.ko none.ko signed.ko missing.ko >one.json
echo "exit $?"
btf distill --json -B $A --in-place a.ko b.ko >two.json
btf relocate --json -B $B --in-place a.ko b.ko none.ko >three.json
echo "exit $?"
"$here/../golden/validate" "$here/../../docs/schema/btf-distill-1.json" one.json two.json && echo valid
"$here/../golden/validate" "$here/../../docs/schema/btf-relocate-1.json" three.json && echo valid
cat one.json two.json three.json
# a schema that takes anything proves nothing
for wrong in '{"schema":"btf-distill/1"}' '{"schema":"btf-distill/1","file":"x","status":"so-so","findings":[]}' \
	'{"schema":"btf-relocate/1","file":"x","status":"refused","findings":[]}' \
	'{"schema":"btf-distill/1","file":"x","status":"done","findings":[]}' \
	'{"schema":"btf-distill/1","file":"x","status":"refused","findings":[{"code":"x"}]}'; do
	echo "$wrong" >wrong.json
	"$here/../golden/validate" "$here/../../docs/schema/btf-distill-1.json" wrong.json >/dev/null && echo "takes $wrong"
done
# a reader that goes away: the files are done, the exit status says that not all was told
modules c.ko d.ko
(btf distill --json -B $A --in-place c.ko d.ko; echo "exit $?" >&2) | true
btf info c.ko d.ko | grep -c '^  \.BTF.base   [1-9]'
[ -w /dev/full ] && btf distill --json -B $A --in-place c.ko >/dev/full
echo "exit $?"
