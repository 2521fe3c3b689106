# the number of threads changes nothing
for jobs in 1 2 3; do
	btf dedup -j $jobs -o jobs-$jobs.btf examples/kernel-a.btf examples/kernel-b.btf
done
btf dedup -o jobs.btf examples/kernel-a.btf examples/kernel-b.btf
for jobs in 1 2 3; do
	cmp jobs.btf jobs-$jobs.btf && echo same
done
btf dedup -j 5000 -o x.btf examples/kernel-a.btf
echo "exit $?"
btf dedup -j x -o x.btf examples/kernel-a.btf
echo "exit $?"
