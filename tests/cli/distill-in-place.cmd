# every carrier of a module is distilled in place, once: a second run writes nothing
. "${0%/*}/batch.sh"
modules plain.ko
gzip -nc plain.ko >gz.ko.gz
xz -c --check=crc32 plain.ko >xz.ko.xz
zstd -qc plain.ko >zst.ko.zst
btf distill -B $A --in-place plain.ko gz.ko.gz xz.ko.xz zst.ko.zst
for f in plain.ko gz.ko.gz xz.ko.xz zst.ko.zst; do
	btf info "$f" | grep '^  \.BTF.base '
	btf dump "$f" | cmp - <(btf dump plain.ko)
	state "$f" >>before
done
btf distill -B $A --in-place plain.ko gz.ko.gz xz.ko.xz zst.ko.zst
for f in plain.ko gz.ko.gz xz.ko.xz zst.ko.zst; do
	state "$f"
done | cmp before -
gzip -t gz.ko.gz && xz -t xz.ko.xz && zstd -qt zst.ko.zst
xz --list --robot xz.ko.xz | grep -o CRC32 | head -n 1
