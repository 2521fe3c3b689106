# a base that does not have what .BTF.base asks for
btf distill -q -B examples/kernel-a.btf -o lamp.ko examples/lamp.ko
btf dump -B good/kinds.btf lamp.ko
