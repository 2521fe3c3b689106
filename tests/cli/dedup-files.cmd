# two kernels and a module become one BTF; a second run changes no byte
btf dedup -o both.btf examples/kernel-a.btf examples/kernel-b.btf
echo "exit $?"
btf dedup -o again.btf both.btf
cmp both.btf again.btf && echo same
# the order of files decides the order of types, not which there are
btf dedup -o turned.btf examples/kernel-b.btf examples/kernel-a.btf
btf diff --equal both.btf turned.btf
# one file twice is that file
btf dedup -o twice.btf examples/kernel-a.btf examples/kernel-a.btf
btf diff --equal twice.btf examples/kernel-a.btf
btf dedup -o - both.btf 2>/dev/null | cmp - both.btf && echo same
