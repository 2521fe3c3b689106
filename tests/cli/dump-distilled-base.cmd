# a distilled module is no base, unless it is put on one
btf distill -q -B examples/kernel-a.btf -o lamp.ko examples/lamp.ko
btf dump -B lamp.ko good/split.btf
