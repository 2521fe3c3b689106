# a broken section is said, the rest is still told
head -c 200 good/kinds.btf >cut
objcopy -R .BTF --add-section .BTF=cut examples/lamp.ko broken.ko
btf info broken.ko good/empty.btf
echo "exit $?"
btf info --json broken.ko
