# modules without BTF, and what makes it
. "${0%/*}/batch.sh"
objcopy -R .BTF examples/lamp.ko none.ko
: >nothing
objcopy --update-section .BTF=nothing examples/lamp.ko zero.ko
btf explain --kernel 6.12 -B $A none.ko
echo "exit $?"
btf explain --kernel 6.12 -B $A zero.ko
echo "exit $?"
