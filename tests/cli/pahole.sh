# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
# For the cases of the pahole drop-in: . "${0%/*}/pahole.sh"
# shellcheck shell=bash
. "${0%/*}/encode.sh"
pahole=$(btf --exec-path)/pahole
unset MAKEFLAGS KBUILD_EXTMOD PAHOLE_LANG_EXCLUDE BTFKIT_PAHOLE_VERSION BTFKIT_PROFILE \
	BTFKIT_SHADOW BTFKIT_SHADOW_LOG BTFKIT_NO_DISTILL BTFKIT_INDEX

pahole() {
	"$pahole" "$@"
}

# sections FILE: of BTF, with their flags
sections() {
	readelf -SW "$1" | sed -n 's/^ *\[ *[0-9]*\] \(\.BTF[^ ]*\) *\([A-Z]*\) .* 00 *\([A-Z]*\) *0 *0 *\([0-9]*\)$/\1 \2 \3 \4/p'
}
