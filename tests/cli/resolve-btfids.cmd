# in place, as resolve_btfids of Linux 6.12: one write into the same file, its words, its exit codes
. "${0%/*}/batch.sh"
resolve=$(btf --exec-path)/resolve_btfids
unset BTFKIT_RESOLVE_BTFIDS
try() {
	"$resolve" "$@" 2>&1
	echo "exit $?"
}
early() {
	ids "$1" "$(id struct__device__1 0)" "$(id struct__nowhere__2 0)" "$(id union__absent__3 0)" \
		"$(id func__zzz__4 0)" "$(id struct__nothing__5 0)" "$(set8 kfuncs 1 0 1)" \
		"$(id func__lamp_set__6 0)" '.long 0x20'
}
early a.ko
ln a.ko other.ko
inode=$(stat -c %i a.ko)
try -b $A a.ko
ids_of a.ko
# the same file, under all its names; again nothing is written
[ "$(stat -c %i a.ko)" = "$inode" ] && cmp a.ko other.ko && echo 'same file'
state a.ko >before
try -b $A a.ko
state a.ko | diff before - && echo untouched
early v.ko
try -v --btf_base=$A v.ko
# BTF from another file
btf extract -o a.btf a.ko
early t.ko
objcopy -R .BTF t.ko
try -b $A --btf a.btf t.ko
ids_of t.ko
# the module has its own base
early d.ko
btf distill -q -B $A --in-place d.ko 2>/dev/null
try -b missing d.ko
btf ids --verify -q d.ko 2>/dev/null && echo right
# nothing to do; stripped; signed; compressed; what is no ELF file, no file, no base
try examples/lamp.ko
cp a.ko bare.ko
strip --strip-all bare.ko
try -b $A bare.ko
early s.ko
signed s.ko
try -b $A s.ko
gzip -c a.ko >a.ko.gz
try -b $A a.ko.gz
try -b $A $A
try -b $A missing
try a.ko
try -b missing a.ko
try a.ko b.ko | tail -n 1
