# what is named to mend a module does: the commands are run, and the module loads
. "${0%/*}/batch.sh"
explain() {
	btf explain --kernel 6.12 "$@"
	echo "exit $?"
}
# a kernel of other ids and the same structs
strs='\0int\0x\0y\0'
blob one.btf "$strs" 1 0x01000000 4 0x01000020 5 0x04000001 4 5 1 0
blob two.btf "$strs" 1 0x01000000 4 0x01000020 7 0x01000000 8 0x01000040 5 0x04000001 4 5 1 0
blob own.btf 'own\0' 9 0x04000001 4 5 2 0
objcopy --update-section .BTF=own.btf examples/lamp.ko 'a b.ko'
explain -B two.btf --built-on one.btf 'a b.ko' | tee said
run() { eval "$(sed -n '/^To mend it:/,$p' said | grep -v '^ *#' | sed -n 's/^  //p')"; }
run
explain -B two.btf 'a b.ko'
# a rule of the kernel that is wrong: the FWD became a struct with bitfields
modules fwd.ko
btf distill -q -B $A --fwds-in-base --in-place fwd.ko
signed fwd.ko
explain -B $B fwd.ko | tee said
run
explain -B $B fwd.ko
