# of split BTF the types of the base too; one type alone brings what it needs
btf dump -f c -B examples/kernel-a.btf examples/beacon.ko | grep -c "^struct"
btf dump -f c --name beacon -B examples/kernel-a.btf examples/beacon.ko
