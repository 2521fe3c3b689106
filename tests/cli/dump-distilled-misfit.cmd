# a base that does not have what .BTF.base asks for: each type is named
btf distill -q -B examples/kernel-a.btf -o lamp.ko examples/lamp.ko
btf dump -B good/kinds.btf lamp.ko 2>err
echo "exit $?"
cut -d "'" -f 1,2 err
