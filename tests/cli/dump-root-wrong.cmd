# a root that nothing has the name of: near names, exit 1, nothing printed; usage
cd examples
for root in dvice 'no*thing' '' tsak; do
	btf dump --root "$root" --root task --format c kernel-a.btf
	echo "exit $?"
done
btf dump --root 12345 kernel-a.btf
echo "exit $?"
btf dump --root 99999999999999999999 kernel-a.btf
echo "exit $?"
btf dump --root task --id 3 kernel-a.btf
echo "exit $?"
btf dump --root task --name x kernel-a.btf
echo "exit $?"
