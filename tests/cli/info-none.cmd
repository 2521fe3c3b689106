# a file without BTF is told about, and is a finding
objcopy -R .BTF examples/lamp.ko plain.ko
btf info plain.ko
