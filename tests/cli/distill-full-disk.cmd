# the disk is full, the folder read-only: the originals stay, nothing is left behind
unshare -m true 2>/dev/null || { echo 'needs mount namespaces' >&2; exit 77; }
. "${0%/*}/batch.sh"
export batch="${0%/*}/batch.sh"
unshare -m bash -u <<'END'
. "$batch"
mkdir disk
mount -t tmpfs -o size=48k none disk || exit 77
modules disk/a.ko
cp disk/a.ko disk/b.ko
cat /dev/zero >disk/fill 2>/dev/null
sha256sum disk/*.ko >sums
btf distill -B $A --in-place disk/a.ko disk/b.ko
echo "exit $?"
sha256sum --quiet -c sums
ls -A disk
# room for some of the three parts
rm disk/fill
ids ids.ko
head -c 32768 /dev/zero >disk/fill
btf distill -q -B $A --detached disk/out ids.ko
echo "exit $?"
ls -A disk/out
rm -r disk/fill disk/out
mount -o remount,ro disk
btf distill -B $A --in-place disk/a.ko
echo "exit $?"
btf distill -B $A --detached disk/out disk/a.ko
echo "exit $?"
END
