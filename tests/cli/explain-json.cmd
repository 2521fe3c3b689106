# the JSON says the same, and obeys its schema
python3 -c 'import jsonschema' 2>/dev/null || { echo 'python3-jsonschema is not installed' >&2; exit 77; }
. "${0%/*}/batch.sh"
here=${0%/*}
schema=$here/../../docs/schema/btf-explain-1.json
cp examples/beacon.ko beacon.ko
btf distill -q -B $A --in-place beacon.ko
objcopy -R .BTF examples/lamp.ko none.ko
printf text >text
btf explain --json --kernel 6.12 -B $B --built-on $A beacon.ko examples/beacon.ko examples/lamp.ko none.ko text >all.json
echo "exit $?"
"$here/../golden/validate" "$schema" all.json && echo valid
cut -c 1-400 all.json
for wrong in 's/"refused"/"perhaps"/' 's/"log":\[/"lag":[/' 's/"mend":\[/"mend":[7,/'; do
	sed "$wrong" all.json >wrong.json
	"$here/../golden/validate" "$schema" wrong.json >/dev/null && echo "takes $wrong"
done
