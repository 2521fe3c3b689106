# a module: its own types first, then those of its base
btf show -B examples/kernel-a.btf lamp task examples/lamp.ko
