# every way to get an option wrong says which and ends with 2
try() {
	btf "$@"
	echo "$*: $?" >&2
}
try dump --frob good/kinds.btf
try dump -x good/kinds.btf
try dump good/kinds.btf --format
try dump good/kinds.btf -f
try dump --format=xml good/kinds.btf
try dump --json=yes good/kinds.btf
try dump --id x good/kinds.btf
try dump --id 0x good/kinds.btf
try dump --id -1 good/kinds.btf
try dump --id 4294967296 good/kinds.btf
try dump --id '' good/kinds.btf
try dump
try dump good/kinds.btf good/split.btf
try dump --json --format raw good/kinds.btf
try info
try extract --section .text good/kinds.btf
