# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# For the cases of encode and kernel: . "${0%/*}/encode.sh"
# shellcheck shell=bash

# compile SOURCE OUT [option]...: an object with DWARF and no BTF
compile() {
	gcc -std=gnu2x -O1 -g -ffreestanding -fno-pic -fno-asynchronous-unwind-tables \
		"${@:3}" -c -o "$2" "$1"
}

# source NAME LINE...: C, compiled to NAME.o
source_of() {
	printf '%s\n' "${@:2}" >"$1.c"
	compile "$1.c" "$1.o"
}

# kernel FOLDER: vmlinux and two modules
kernel() {
	mkdir -p -- "$1"
	compile examples/kernel.c "$1/vmlinux"
	compile examples/lamp.c "$1/lamp.ko"
	compile examples/beacon.c "$1/beacon.ko"
}

# own FILE [BASE]: kinds and names of its types that have one, without ids
own() {
	btf dump ${2:+-B "$2"} "$1" | sed -n "s/^\[[0-9]*\] \([A-Z0-9_]* '[^(].*'\).*/\1/p" | sort
}

# no numbers: those are the compiler's
plain() {
	sed 's/[0-9][0-9]*/N/g'
}
