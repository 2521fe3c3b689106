# how split BTF shows: by its strings, by ids, by names
# header, then CONST -> 9 or INT with a name at 9; strings start as a base's do
printf '\x9f\xeb\1\0\x18\0\0\0\0\0\0\0\x0c\0\0\0\x0c\0\0\0\1\0\0\0' >head
(cat head; printf '\0\0\0\0\0\0\0\x0a\x09\0\0\0\0') >ids.btf
(cat head; printf '\x09\0\0\0\0\0\0\x10\x04\0\0\0\0') >names.btf
for f in ids.btf names.btf good/split.btf good/empty-split.btf good/kinds.btf; do
	btf info $f | grep '^  split'
done
