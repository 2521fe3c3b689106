# an index of the base: the same bytes with it and without; eight first runs at once; files and folders that are not used
. "${0%/*}/encode.sh"
kernel k
btf encode -q -i k/vmlinux
btf encode -q -B k/vmlinux k/lamp.ko -o without.btf
encode() {
	btf encode -q -B k/vmlinux "$@" k/lamp.ko -o with.btf
	echo "exit $?"
	cmp without.btf with.btf
	rm with.btf
}
# what stands in the folder, without what depends on the compiler
listing() {
	find "$1" -mindepth 1 -printf '%y %m %f\n' | sed 's/[0-9a-f]\{32\}/HASH/'
}
told() {
	sed 's/[0-9a-f]\{32\}/HASH/' "$1" >&2
}

echo '== made, and used'
encode --index ix
listing ix
find ix -type f -printf '%T@ %i\n' >made
encode --index ix
find ix -type f -printf '%T@ %i\n' | cmp - made
BTFKIT_INDEX=ix encode
encode --index ''

echo '== eight at once'
for i in 1 2 3 4 5 6 7 8; do
	BTFKIT_INDEX=first btf encode -q -B k/vmlinux k/lamp.ko -o "at-once-$i.btf" &
done
wait
for i in 1 2 3 4 5 6 7 8; do cmp without.btf "at-once-$i.btf"; done
listing first
cmp ix/*.btfindex first/*.btfindex

echo '== damaged: not used, told, and made again'
file=$(echo ix/*.btfindex)
printf x | dd of="$file" bs=1 seek=5000 conv=notrunc status=none
encode --index ix 2>err
told err
truncate -s 4000 "$file"
encode --index ix 2>err
told err
encode --index ix

echo '== a link, and a folder that is one'
mv "$file" elsewhere && ln -s ../elsewhere "$file"
encode --index ix 2>err
told err
listing ix
ln -s ix link
encode --index link

echo '== others may write'
chmod g+w "$file"
encode --index ix 2>err
told err
chmod a+w ix
encode --index ix
chmod 755 ix
encode --index k/vmlinux
encode --index no/such/folder
echo '== no base: nothing to keep'
btf encode -q --index none k/beacon.ko -o beacon.btf && ls -d none 2>/dev/null
echo '== in place, and a modified base'
cp k/lamp.ko other.ko
btf encode -q -i -B k/vmlinux other.ko && btf encode -q -i -B k/vmlinux --index ix k/lamp.ko && cmp k/lamp.ko other.ko
btf encode -q -i --features=-float,-var k/vmlinux
btf encode -q -B k/vmlinux k/beacon.ko -o without.btf
btf encode -q -B k/vmlinux --index ix k/beacon.ko -o with.btf && cmp with.btf without.btf
