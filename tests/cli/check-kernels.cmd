# rules come and go with versions, and the summary says whether they were proved
. "${0%/*}/batch.sh"
# a TYPE_TAG with kind_flag; a wide vlen
blob tag.btf '\0i\0t\0' 1 0x01000000 4 0x01000020 3 0x92000000 1
blob wide.btf '\0i\0' 1 0x01010000 4 0x01000020
for k in 6.0 6.14 6.15 6.18 7.1 7.2; do
	btf check --kernel $k tag.btf wide.btf 2>&1
	echo "$k: exit $?"
done
# what verdicts once were wrong about
for f in "${0%/*}"/../golden/check/*.btf; do
	for k in 6.12 6.18; do
		cp "$f" .
		btf check -q --kernel $k --as user "${f##*/}" 2>/dev/null
		echo "${f##*/} $k: exit $?"
	done
done
