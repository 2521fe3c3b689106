# an ELF file without BTF
objcopy -R .BTF examples/lamp.ko plain.ko
btf dump plain.ko
