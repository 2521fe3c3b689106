# output that cannot be written is not success
btf --help >/dev/full
echo "help: $?"
btf dump good/kinds.btf >/dev/full
echo "dump: $?"
btf info good/kinds.btf >/dev/full
echo "info: $?"
btf extract good/kinds.btf >/dev/full
echo "extract: $?"
