# a folder: what carries BTF is checked, in the order of names; the same words for every -j
. "${0%/*}/batch.sh"
mkdir -p m/sub
cp examples/beacon.ko m/b.ko
cp examples/lamp.ko m/sub/a.ko
cp examples/lamp.ko "m/sub/$(printf 'new\nline').ko"
printf 'text' >m/modules.dep
: >m/empty
objcopy -R .BTF examples/lamp.ko m/none.ko
for i in 1 2 3 4 5 6 7 8; do cp examples/lamp.ko m/sub/l$i.ko; done
blob m/sub/wrong.btf 's\0' 3 0x04000001 8 0 0 0
for jobs in 1 2 16 0; do
	for json in "" --json; do
		btf check $json -j $jobs --kernel 6.18 -B $A m >"out$json$jobs" 2>"err$json$jobs"
		echo "exit $?"
		cmp "out$json$jobs" "out${json}1" && cmp "err$json$jobs" "err${json}1"
	done
done
cat out1 err1
btf check -j 4097 m
btf check --kernel 5.15 m
btf check --kernel x m
btf check m/nowhere
btf check -B examples/lamp.ko m
echo "exit $?"
