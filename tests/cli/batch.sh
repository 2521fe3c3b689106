# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# For the cases of distill and relocate: . "${0%/*}/batch.sh"
# shellcheck shell=bash disable=SC2034

A=examples/kernel-a.btf B=examples/kernel-b.btf

# modules NAME...: copies of lamp.ko, which is built on A and fits B
modules() {
	local name
	for name; do cp -- examples/lamp.ko "$name"; done
}

# ids NAME [LINE...]: lamp.ko with a .BTF_ids section, written in the assembler's words. Without
# lines: a list with struct device [19], and a set of lamp_set [45] with flags 0x20
ids() {
	local name=$1
	shift
	{
		echo '.section .BTF_ids, "a"'
		if [ $# = 0 ]; then
			id struct__device__1 19
			set8 kfuncs 1 1 1
			id func__lamp_set__2 45
			echo '.long 0x20'
		else
			printf '%s\n' "$@"
		fi
		echo '.section .modinfo, "a"'
		echo '.asciz "name=lamp"'
		echo '.asciz "vermagic=1.0-kernel-a SMP mod_unload"'
	} >ids.s
	as -o ids.o ids.s
	btf extract -o ids.btf examples/lamp.ko
	objcopy --add-section .BTF=ids.btf ids.o "$name"
	rm -f -- ids.s ids.o ids.btf
}

# id WHAT NUMBER; set8 NAME MEMBERS COUNT FLAGS: what the kernel's macros write
id() {
	printf '.local __BTF_ID__%s\n.type __BTF_ID__%s, STT_OBJECT\n' "$1" "$1"
	printf '.size __BTF_ID__%s, 4\n__BTF_ID__%s:\n.long %s\n' "$1" "$1" "$2"
}
set8() {
	printf '.size __BTF_ID__set8__%s, %s\n' "$1" $((8 * ($2 + 1)))
	printf '__BTF_ID__set8__%s:\n.long %s, %s\n' "$1" "$3" "$4"
}

# signed NAME: with something behind it that looks like a module's signature
signed() {
	{
		printf 'PKCS7'
		printf '\0\0\2\0\0\0\0\0\0\0\0\5~Module signature appended~\n'
	} >>"$1"
}

# blob NAME STRINGS WORD...: raw BTF of these type words; STRINGS with \0 as printf writes it
blob() {
	local name=$1 strs=$2 len
	shift 2
	# shellcheck disable=SC2059
	len=$(printf "$strs" | wc -c)
	{
		words 0x0001eb9f 24 0 $((4 * $#)) $((4 * $#)) "$len"
		words "$@"
		# shellcheck disable=SC2059
		printf "$strs"
	} >"$name"
}
words() {
	local v
	for v; do
		# shellcheck disable=SC2059
		printf "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' \
			$((v & 255)) $((v >> 8 & 255)) $((v >> 16 & 255)) $((v >> 24 & 255)))"
	done
}

# state FILE: what a write changes
state() {
	stat -c '%i %Y %z %s' -- "$1"
	sha256sum <"$1"
}

# ids_of FILE: the words of .BTF_ids
ids_of() {
	btf extract --section .BTF_ids -o - "$1" | od -An -v -tu4 | xargs
}

# codes FILE: of the findings in JSON lines
codes() {
	grep -o '"code":"[^"]*"' "$1" | cut -d '"' -f 4
}
