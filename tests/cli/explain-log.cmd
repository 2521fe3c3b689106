# the kernel's words for each kind of record, with and without CONFIG_MODULE_ALLOW_BTF_MISMATCH
. "${0%/*}/batch.sh"
echo 'CONFIG_MODULE_ALLOW_BTF_MISMATCH=y' >yes
echo '# CONFIG_MODULE_ALLOW_BTF_MISMATCH is not set' >no
blob k.btf '\0i\0' 1 0x01000000 4 0x01000020
log() {
	local name=$1
	shift
	blob raw.btf 's\0' "$@"
	echo "$name:"
	for config in no yes; do
		btf explain --json --kernel 6.12 --config $config -B k.btf raw.btf | head -n 1 | jq -r '.log[]'
	done
}
# names count on from 3: 3 is 's', 9999 is nothing
log 'INT bits' 3 0x01000000 4 0x01000090
log 'INT word' 3 0x01000000 4 0xf0000020
log 'INT size' 3 0x01000000 1 0x01000020
log 'PTR named' 3 0x02000000 1
log 'ARRAY of void' 0 0x03000000 0 0 1 2
log 'STRUCT member name' 3 0x04000001 4 9999 1 0
log 'STRUCT member order' 3 0x04000002 8 3 1 32 3 1 0
log 'STRUCT bitfields' 3 0x84000001 4 3 1 0x01000040
log 'ENUM size' 3 0x06000000 3
log 'ENUM value' 3 0x06000001 4 9999 0
log 'FWD' 3 0x87000000 1
log 'TYPEDEF' 0 0x08000000 1
log 'FUNC' 3 0x0c000002 1
log 'FUNC_PROTO none' 3 0x0d000000 0
log 'FUNC_PROTO' 3 0x0d000003 1 3 1 0 1 0 0
log 'VAR' 3 0x0e000000 1 7
log 'DATASEC' 3 0x0f000001 4 1 8 4
log 'FLOAT' 3 0x10000000 3
log 'DECL_TAG' 3 0x11000000 1 0xfffffffe
log 'cut' 3 0x04000001 4
log 'kind' 3 0x1f000000 4
log 'info' 3 0x60000000 4
