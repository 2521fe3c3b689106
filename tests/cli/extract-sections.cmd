# each section by name
objcopy --add-section .BTF.ext=good/empty.btf --add-section .BTF_ids=good/names.btf examples/lamp.ko l.ko
btf extract -s .BTF.ext l.ko | cmp - good/empty.btf
btf extract --section .BTF_ids l.ko | cmp - good/names.btf
btf extract -s .BTF l.ko | cmp - <(btf extract l.ko)
btf distill -q -B examples/kernel-a.btf -o d.ko examples/lamp.ko
btf extract -s .BTF.base d.ko | btf dump /dev/stdin | head -n 1
