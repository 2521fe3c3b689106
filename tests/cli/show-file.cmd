# which operand is the file: one that exists; --from makes all of them types
cp examples/kernel-a.btf timer
btf show task timer | head -n 1
btf show task timer --from timer | grep '^struct'
btf show struct timer --from timer | grep '^struct'
btf show struct timer ./timer | grep '^struct'
btf show task ./missing
echo "exit $?"
