# every type that blocks is named, with kind and size expected and found
. "${0%/*}/batch.sh"
# base: INT int 4, STRUCT a 8 {int}, UNION u 4, STRUCT gone 4, ENUM e 4, FLOAT double 8
strs='\0int\0a\0u\0gone\0e\0double\0x\0'
blob old.btf "$strs" 1 0x01000000 4 0x01000020 5 0x04000001 8 23 1 0 7 0x05000000 4 \
	9 0x04000000 4 14 0x06000000 4 16 0x10000000 8
# split: STRUCT x of all of them by value
blob split.btf 'own\0' 25 0x04000006 32 23 1 0 23 2 32 23 3 96 23 4 128 23 5 160 23 6 192
# new: INT int 2, STRUCT a 16, STRUCT u 4, ENUM64 e 8, no gone, no double
blob new.btf "$strs" 1 0x01000000 2 0x01000010 5 0x04000000 16 7 0x04000000 4 14 0x13000000 8
btf distill -q -B old.btf --in-place split.btf
btf relocate -B new.btf --in-place split.btf
echo "exit $?"
btf relocate --json -B new.btf --in-place split.btf | grep -o '"code":"[^"]*"\|"type_name":"[^"]*"\|"expected":[0-9]*\|"actual":[0-9]*' | xargs -n 4
btf relocate -B old.btf --in-place split.btf && btf dump -B old.btf split.btf
