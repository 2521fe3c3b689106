# the same files and the same words for every -j
. "${0%/*}/batch.sh"
cp examples/beacon.ko good.ko
printf 'text' >text.ko
head -c 700 examples/lamp.ko >cut.ko
objcopy -R .BTF examples/lamp.ko none.ko
ids ids.ko
modules lamp.ko
files=(good.ko text.ko cut.ko none.ko missing.ko ids.ko lamp.ko good.ko ./lamp.ko)
for i in 1 2 3 4 5 6 7 8 9; do
	modules m$i.ko
	files+=(m$i.ko)
done
mkdir src
cp -- *.ko src/
for jobs in 1 2 16 0; do
	for json in "" --json; do
		mkdir w
		cp src/*.ko w/
		(cd w && btf distill $json -j $jobs -B ../$A --in-place "${files[@]}") \
			>"out$json$jobs" 2>"err$json$jobs"
		echo "exit $?"
		sha256sum w/* >>"out$json$jobs"
		rm -r w
		cmp "out$json$jobs" "out${json}1" && cmp "err$json$jobs" "err${json}1"
	done
done
cat err1
[ ! -s err--json1 ]
btf distill -j 4097 -B $A --in-place lamp.ko
btf distill -j x -B $A --in-place lamp.ko
echo "exit $?"
