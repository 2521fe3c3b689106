# damaged BTF and damaged files: the rule that is broken and the kernel's words; or what cannot be read
. "${0%/*}/batch.sh"
btf extract -o lamp.btf examples/lamp.ko
# broken NAME: lamp.ko with NAME.btf in it
broken() {
	objcopy --update-section .BTF="$1.btf" examples/lamp.ko "$1.ko"
	btf explain --kernel 6.12 -B $A "$1.ko"
	echo "exit $?"
}
patch() { # NAME OFFSET BYTES
	cp lamp.btf "$1.btf"
	# shellcheck disable=SC2059
	printf "$3" | dd of="$1.btf" bs=1 seek="$2" conv=notrunc 2>/dev/null
}
patch name 24 '\0\0\0\10'
broken name
patch magic 0 BTF!
broken magic
head -c 100 lamp.btf >cut.btf
broken cut
patch kind 31 '\37'
broken kind
# what refers to types that are not there is taken, and is not safe
blob unsafe.btf '' 0 0x02000000 9999
broken unsafe
head -c 1000 examples/lamp.ko >cut.ko
printf text >text
: >nothing
btf explain --kernel 6.12 -B $A cut.ko
echo "exit $?"
btf explain --kernel 6.12 -B $A text nothing missing.ko examples/lamp.ko
echo "exit $?"
btf explain --kernel 6.12 -B $A text nothing examples/lamp.ko
echo "exit $?"
