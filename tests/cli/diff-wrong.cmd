# usage and unreadable input are exit status 2
btf diff examples/kernel-a.btf examples/kernel-b.btf
echo "exit $?"
btf diff --equal examples/kernel-a.btf
echo "exit $?"
btf diff --equal --ignore func,sruct examples/kernel-a.btf examples/kernel-b.btf
echo "exit $?"
btf diff --equal examples/kernel-a.btf missing.btf
echo "exit $?"
btf diff --equal good/kinds.btf good/split.btf
echo "exit $?"
