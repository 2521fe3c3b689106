# pahole: modules built outside the kernel's tree get a distilled base, if the kernel can use it
. "${0%/*}/pahole.sh"
kernel k
{ cat examples/kernel.c; echo 'struct module { int state; void *btf_base_data; } *first_module;'; } >examples/new.c
compile examples/new.c k/new
pahole -J --btf_features=default k/new
pahole -J --btf_features=default k/vmlinux
# lamp NAME OPTION...
lamp() {
	echo "-- $1"
	echo "-- $1" >&2
	compile examples/lamp.c lamp.ko
	pahole -J --btf_features=default "${@:2}" lamp.ko
	echo "exit $?"
	sections lamp.ko
}
export KBUILD_EXTMOD=/some/module
lamp 'a kernel that relocates' --btf_base=k/new
btf relocate -q -B k/new -o relocated.ko lamp.ko && sections relocated.ko
lamp 'one that does not' --btf_base=k/vmlinux
BTFKIT_NO_DISTILL=1 lamp 'turned off' --btf_base=k/new
BTFKIT_NO_DISTILL=0 lamp 'not turned off' --btf_base=k/new
lamp 'asked for' --btf_base=k/vmlinux --btf_features=distilled_base
lamp 'without a base'
lamp 'output of its own: the build distills later' --btf_base=k/new --btf_encode_detached=lamp.btf
ls lamp.btf*
KBUILD_EXTMOD='' lamp 'in the tree' --btf_base=k/new
