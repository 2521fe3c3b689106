# an index that cannot be kept: the disk is full, the folder read-only; what is to be encoded is encoded
unshare -m true 2>/dev/null || { echo 'needs mount namespaces' >&2; exit 77; }
. "${0%/*}/encode.sh"
export -f compile kernel
unshare -m bash -u <<'END'
kernel k
btf encode -q -i k/vmlinux
btf encode -q -B k/vmlinux k/lamp.ko -o without.btf
mkdir disk
mount -t tmpfs -o size=16k,mode=700 none disk || exit 77
encode() {
	btf encode -q -B k/vmlinux --index "$1" k/lamp.ko -o with.btf
	echo "exit $?"
	cmp without.btf with.btf
}
encode disk
ls -A disk
mount -o remount,ro disk
encode disk
encode disk/deeper
mount -o remount,rw,size=1m disk
encode disk
ls disk | wc -l
mount -o remount,ro disk
encode disk
END
