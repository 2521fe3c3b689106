# a section that is not there; nothing is written
btf extract -s .BTF.base -o out examples/lamp.ko
echo "exit $?"
ls out
