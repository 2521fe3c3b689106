# with -B the result is split on that base, and what the base has is not in it
btf dedup -B examples/kernel-a.btf -o nothing.btf examples/kernel-a.btf
btf dump -B examples/kernel-a.btf nothing.btf
btf dedup -B examples/kernel-a.btf -o b.btf examples/kernel-b.btf
btf dump -B examples/kernel-a.btf b.btf | grep -c '^\['
btf dump -B examples/kernel-a.btf b.btf | grep "'cred'"
# what is split already stays on its base
btf extract -o lamp.btf examples/lamp.ko
btf dedup -B examples/kernel-a.btf -o lamp2.btf lamp.btf
btf diff --equal -B examples/kernel-a.btf lamp.btf lamp2.btf
