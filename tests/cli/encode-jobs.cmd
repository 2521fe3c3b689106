# any number of threads: the same bytes, the same words
. "${0%/*}/encode.sh"
kernel k
strip -g -o k/bare.ko k/lamp.ko
btf encode -q -i k/vmlinux
for i in 1 2 3 4 5 6; do cp k/lamp.ko k/lamp$i.ko; cp k/beacon.ko k/beacon$i.ko; done
for j in 1 2 7; do
	btf encode -j $j -B k/vmlinux --distill -d out$j k/*.ko >$j.out 2>$j.err
	echo "exit $?"
	(cd out$j && sha256sum *) >$j.sums
	cmp $j.sums 1.sums && cmp $j.err 1.err && cmp $j.out 1.out
	btf encode -q -j $j k/vmlinux -o v$j && cmp v$j v1
done
wc -l <1.sums
plain <1.err
