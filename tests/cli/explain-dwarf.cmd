# whether the layout differs is told by the module's own debug information
. "${0%/*}/batch.sh"
command -v gcc >/dev/null || { echo 'gcc is not installed' >&2; exit 77; }
here=${0%/*}
flags=(-std=gnu11 -O1 -g -gdwarf-4 -ffreestanding -fno-pic)
for m in lamp beacon; do
	gcc "${flags[@]}" -c -o $m.o "$here/../../examples/$m.c" || exit 77
	btf extract -o $m.btf examples/$m.ko
	objcopy --add-section .BTF=$m.btf $m.o $m.ko
done
btf explain --kernel 6.12 -B $A lamp.ko
echo "exit $?"
btf explain --kernel 6.12 -B $B beacon.ko | sed -n '/^The layout/,/^$/p;/^To mend/,$p'
# only BTF is stale: it is made anew
gcc "${flags[@]}" -DKERNEL_B -c -o b.o "$here/../../examples/lamp.c"
objcopy --add-section .BTF=lamp.btf b.o b.ko
btf explain --kernel 6.12 -B $B b.ko | sed -n '1p;/^Only/,/^$/p;/^To mend/,$p'
btf encode -q --in-place -B $B b.ko
btf explain --kernel 6.12 -B $B b.ko
objcopy -R .BTF b.o none.ko
btf explain --kernel 6.12 -B $B none.ko
