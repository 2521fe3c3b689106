# broken BTF comes out as it is: this command does not judge
head -c 100 good/kinds.btf >cut
objcopy -R .BTF --add-section .BTF=cut examples/lamp.ko broken.ko
btf extract broken.ko | cmp - cut
