# files beside, as resolve_btfids of Linux 7: chosen by the options, or by name, or by the environment
. "${0%/*}/batch.sh"
resolve=$(btf --exec-path)/resolve_btfids
unset BTFKIT_RESOLVE_BTFIDS
try() {
	"$resolve" "$@" 2>&1
	echo "exit $?"
}
early() {
	ids "$1" "$(id struct__device__1 0)" "$(set8 kfuncs 1 0 1)" "$(id func__lamp_set__2 0)" '.long 0x1020'
	btf extract -o "$1.BTF.1" "$1"
	objcopy -R .BTF "$1"
}
early m.ko
cp m.ko before.ko
try -b $A --btf m.ko.BTF.1 m.ko
cmp m.ko before.ko && ls m.ko.*
# sorted by name; the tags of the kfunc, which the encoder did not make
btf dump -B $A m.ko.BTF | sed -n 's/^\[[0-9]*\] \([A-Z_]*\) \(.[^ ]*\).*/\1 \2/p' | tail -n 8
objcopy --add-section .BTF=m.ko.BTF m.ko
try --patch_btfids m.ko.BTF_ids m.ko
btf ids -B $A m.ko
btf ids --verify -q -B $A m.ko && echo right
# patched again it is untouched
state m.ko >before
try --patch_btfids m.ko.BTF_ids m.ko
state m.ko | diff before - && echo untouched
# a distilled base
early d.ko
try --distill_base -b $A --btf d.ko.BTF.1 d.ko
ls d.ko.*
objcopy --add-section .BTF=d.ko.BTF --add-section .BTF.base=d.ko.BTF.base d.ko
try --patch_btfids d.ko.BTF_ids d.ko
btf ids --verify -q d.ko 2>/dev/null && echo right
btf relocate -q -B $B --in-place d.ko && btf ids --verify -q -B $B d.ko && echo 'right on another kernel'
# no .BTF_ids: BTF alone
cp examples/lamp.ko l.ko
btf extract -o l.ko.BTF.1 l.ko
try -b $A --btf l.ko.BTF.1 l.ko
ls l.ko.*
# warnings
ids w.ko "$(id struct__nowhere__1 0)"
try -b $A --fatal_warnings w.ko
rm -f w.ko.BTF*
try -b $A --no-fatal_warnings w.ko
# the environment decides
early e.ko
BTFKIT_RESOLVE_BTFIDS=6.12 try -b $A --btf e.ko.BTF.1 e.ko
ls e.ko.*
ids_of e.ko
ids f.ko
BTFKIT_RESOLVE_BTFIDS=7.0 try -b $A f.ko
ls f.ko.*
BTFKIT_RESOLVE_BTFIDS=8 try -b $A f.ko
# what is not there, or of another size
try -b $A --btf missing.BTF.1 missing
try -b $A --btf m.ko.BTF.2 --distill_base m.ko
printf '1234' >four
try --patch_btfids four m.ko
try --patch_btfids missing m.ko
try --patch_btfids four l.ko
