# JSON Lines that obey the schema, whatever happens to the files
python3 -c 'import jsonschema' 2>/dev/null || { echo 'python3-jsonschema is not installed' >&2; exit 77; }
. "${0%/*}/encode.sh"
here=${0%/*}
kernel k
strip -g -o bare.o k/lamp.ko
btf encode -q -i k/vmlinux
btf encode --json -B k/vmlinux --distill -i k/lamp.ko bare.o k/beacon.ko k/lamp.ko good/layout.btf missing >lines
echo "exit $?"
"$here/../golden/validate" "$here/../../docs/schema/btf-encode-1.json" lines && echo valid
sed 's/,"findings".*//; s/:[0-9][0-9]*/:N/g' lines
echo '{"schema":"btf-encode/1","file":"x","status":"so-so","findings":[]}' >wrong
"$here/../golden/validate" "$here/../../docs/schema/btf-encode-1.json" wrong >/dev/null
echo "wrong: $?"
