# the way to the first place where two definitions of a name differ
btf dedup --why device examples/kernel-a.btf examples/kernel-b.btf
echo "exit $?"
btf dedup --why list_head examples/kernel-a.btf examples/kernel-b.btf
echo "exit $?"
btf dedup --why task examples/kernel-a.btf examples/kernel-b.btf
btf dedup --why lamp_ops -o out.btf examples/kernel-a.btf examples/kernel-b.btf
echo "exit $?"
[ -s out.btf ] && echo written
btf dedup --why no_such_type examples/kernel-a.btf
echo "exit $?"
