# a section that is not there, or has no bytes; nothing is written
btf extract -s .BTF.base -o out examples/lamp.ko
echo "exit $?"
objcopy --update-section .BTF=/dev/null examples/lamp.ko empty.ko
btf extract -o out empty.ko
echo "exit $?"
ls out
