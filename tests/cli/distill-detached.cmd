# --detached: NAME is the file's name less .ko and compression; a folder that exists is used
. "${0%/*}/batch.sh"
mkdir -p deep/er
modules deep/er/lamp.ko
cp deep/er/lamp.ko before.ko
xz -c examples/beacon.ko >deep/beacon.ko.xz
btf extract -o raw.btf examples/beacon.ko
ids ids.ko.old
btf distill -B $A --detached out deep/er/lamp.ko deep/beacon.ko.xz raw.btf ids.ko.old
(cd out && sha256sum -- * | awk '{ print $2 }')
cmp deep/er/lamp.ko before.ko
btf dump out/lamp.btf.base
od -An -v -tu4 out/ids.ko.old.btf.ids
# the same again: replaced by the same, and read by relocate
sha256sum out/* >sums
btf distill -q --no-fsync -B $A --detached out deep/er/lamp.ko deep/beacon.ko.xz raw.btf ids.ko.old 2>/dev/null
sha256sum --quiet -c sums
btf relocate -q -B $B -o raw.btf out/lamp.btf
# modules that are distilled already
btf distill -q -B $A --in-place deep/er/lamp.ko
btf relocate -q -B $B -o lamp.ko deep/er/lamp.ko
btf extract -o - lamp.ko | cmp - raw.btf
btf distill -B $A --detached again deep/er/lamp.ko
cmp again/lamp.btf out/lamp.btf && cmp again/lamp.btf.base out/lamp.btf.base
