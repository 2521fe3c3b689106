# --max-memory: what does not fit is refused alone; what fits waits for its turn
. "${0%/*}/encode.sh"
kernel k
btf encode -q -o v.btf k/vmlinux
btf encode --max-memory 1K -o x.btf k/vmlinux 2>&1 | plain
echo "exit ${PIPESTATUS[0]}"
btf encode --max-memory 1G -q -o x.btf k/vmlinux && cmp x.btf v.btf
btf encode -q -B v.btf -d one k/lamp.ko k/beacon.ko
btf encode -q -j 4 --max-memory 20M -B v.btf -d two k/lamp.ko k/beacon.ko
echo "exit $?"
diff -r one two
btf encode --max-memory lots -o x.btf k/vmlinux
echo "exit $?"
btf encode --max-memory 0 -o x.btf k/vmlinux
echo "exit $?"
btf encode --max-memory 99999999999999999999G -o x.btf k/vmlinux
echo "exit $?"
