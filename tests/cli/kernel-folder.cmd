# a folder of modules, compressed or not, for any number of threads; links in it are passed over
. "${0%/*}/encode.sh"
kernel k
mkdir -p k/sub/dir
mv k/beacon.ko k/sub/dir/beacon.ko.debug
cp k/lamp.ko k/sub/lamp2.ko && xz k/sub/lamp2.ko
cp k/lamp.ko k/sub/lamp3.ko && gzip k/sub/lamp3.ko
cp k/lamp.ko k/sub/lamp4.ko && zstd -q --rm k/sub/lamp4.ko
ln -s ../lamp.ko k/sub/link.ko
echo text >k/sub/Module.symvers
for j in 1 2 9; do
	btf kernel -j $j k -d out$j >$j.out 2>$j.err
	echo "exit $?"
	cmp $j.out 1.out && cmp $j.err 1.err && diff -r out1 out$j
done
ls out1
plain <1.err
btf encode -q -o v.btf k/vmlinux && cmp v.btf out1/vmlinux.btf
btf encode -q -B v.btf -o l.btf k/lamp.ko && cmp l.btf out1/lamp.btf && cmp l.btf out1/lamp4.btf
btf kernel -q k/vmlinux k/lamp.ko k/sub -d named && diff -r out1 named
btf kernel -q k k/sub/dir k/lamp.ko -d some && ls some
