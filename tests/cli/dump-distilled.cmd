# a file with a .BTF.base: shown on that; with -B relocated
btf distill -q -B examples/kernel-a.btf -o lamp.ko examples/lamp.ko
btf dump lamp.ko >alone
head -n 1 alone
btf dump -B examples/kernel-a.btf --name lamp lamp.ko
btf dump -B examples/kernel-b.btf --name lamp lamp.ko
