# one finding, or all
. "${0%/*}/batch.sh"
# an unnamed typedef, a FWD that refers, a pointer with a name, a good INT, a loop
blob bad.btf '\0i\0x y\0' 0 0x08000000 4 1 0x07000000 4 1 0x02000000 4 1 0x01000000 4 0x01000020 \
	1 0x08000000 6 1 0x08000000 5
btf check -q --kernel 6.18 bad.btf
echo "exit $?"
btf check -q --kernel 6.18 --all bad.btf
echo "exit $?"
