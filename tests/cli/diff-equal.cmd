# equal: another order, another byte order, other strings; the exit status says it
btf diff --equal good/kinds.btf good/kinds-be.btf
echo "exit $?"
btf diff --equal examples/kernel-a.btf examples/kernel-a.btf
echo "exit $?"
btf diff -q --equal examples/kernel-a.btf examples/kernel-b.btf
echo "exit $?"
btf diff --equal good/empty.btf good/empty.btf
# a split on its base
btf diff --equal -B good/kinds.btf good/split.btf good/split.btf
# types that stand twice, and once
btf dedup -o base.btf good/kinds.btf
btf diff --equal good/kinds.btf base.btf
echo "exit $?"
