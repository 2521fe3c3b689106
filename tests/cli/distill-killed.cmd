# killed at any step: detached, where NAME.btf is there its parts are of the same run; in place, the
# file is the old or the new one; and one temporary file at most
strace -qq -o /dev/null true 2>/dev/null || { echo 'strace does not work here' >&2; exit 77; }
. "${0%/*}/batch.sh"
# a leak checker cannot look on beside strace; sanitizers open and write more than the program does
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
most=200
modules old.ko
# two modules called x: the first run leaves two parts, the second three
mkdir o n
cp examples/beacon.ko o/x.ko
ids n/x.ko
btf distill -q -B $A --detached first o/x.ko
btf distill -q -B $A --detached second n/x.ko 2>/dev/null
btf distill -q -B $A -o new.ko old.ko

# killed CALL N ARGUMENT...: btf, killed at its Nth CALL; its exit status
killed() {
	strace -f -qq -o /dev/null -e inject="$1:signal=KILL:when=$2" btf distill -j1 -q -B $A "${@:3}"
}

for call in openat write fsync renameat unlink; do
	for when in $(seq $most); do
		rm -rf out
		cp -r first out
		cp old.ko in.ko
		killed $call $when --detached out n/x.ko
		code=$?
		find . -name '.*.btfkit-*' | wc -l | grep -v '^[01]$'
		find . -name '.*.btfkit-*' -delete
		[ ! -e out/x.btf ] || diff -rq out first >/dev/null || diff -rq out second
		killed $call $when --in-place in.ko
		find . -name '.*.btfkit-*' | wc -l | grep -v '^[01]$'
		find . -name '.*.btfkit-*' -delete
		cmp -s in.ko old.ko || cmp in.ko new.ko
		[ $code != 0 ] || break
	done
	[ $when -gt 1 ] && [ $when -lt $most ] && echo "$call: to the end"
done 2>/dev/null
