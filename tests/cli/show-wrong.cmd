# usage
btf show
echo "exit $?"
btf show --cacheline 48 task examples/kernel-a.btf
echo "exit $?"
btf show --json=1 task examples/kernel-a.btf
echo "exit $?"
