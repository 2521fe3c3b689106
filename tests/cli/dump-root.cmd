# --root: types and what they need, by name, pattern and id, in every format
cd examples
btf dump --root task kernel-a.btf
echo "== c"
btf dump --format c --root 7 --root 'lamp_*' kernel-a.btf | grep -v "^#"
echo "== of the base"
btf dump --root timer -B kernel-a.btf beacon.ko | grep -c "^\["
btf dump --json --root beacon -B kernel-a.btf beacon.ko | jq -r 'select(.kind == "STRUCT") | .name'
echo "== void"
btf dump --root 0 kernel-a.btf
