# JSON Lines that obey the schema; what modules repeat
python3 -c 'import jsonschema' 2>/dev/null || { echo 'python3-jsonschema is not installed' >&2; exit 77; }
. "${0%/*}/encode.sh"
here=${0%/*}
kernel k
echo text >k/text.ko
cp k/lamp.ko k/lamp2.ko
btf kernel --json --repeated --distill -i k >lines
echo "exit $?"
"$here/../golden/validate" "$here/../../docs/schema/btf-kernel-1.json" lines && echo valid
sed 's/,"findings".*//; s/:[0-9][0-9]*/:N/g' lines
# lamp2 brings nothing new
sed -n 's/.*"repeated_types":\([0-9]*\).*/\1/p' lines
kernel two
btf kernel --json --repeated -i two | sed -n 's/.*"repeated_types":\([0-9]*\).*/\1/p'
btf kernel --repeated -i two 2>&1 | grep repeated | plain
btf kernel --json k/text.ko k/lamp.ko -i >bad
echo "exit $?"
"$here/../golden/validate" "$here/../../docs/schema/btf-kernel-1.json" bad && echo valid
btf kernel k -i --report r.json --why lamp_set --max-memory 1G -q
