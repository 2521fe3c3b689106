# a split without types of its own is distilled and relocated like any other
. "${0%/*}/batch.sh"
blob empty.btf ''
objcopy --update-section .BTF=empty.btf examples/lamp.ko empty.ko
btf distill -B $A --in-place empty.ko
btf extract --section .BTF.base -o base.btf empty.ko && wc -c <base.btf
btf relocate -B $B --in-place empty.ko
btf extract -o out.btf empty.ko && cmp out.btf empty.btf
btf distill -B $A --in-place empty.btf && btf relocate -B $B --in-place empty.btf && wc -c <empty.btf
