# compression is told, and the size is that of the file
xz -c good/kinds.btf >k.xz
zstd -qc examples/lamp.ko >l.zst
gzip -nc examples/lamp.ko >l.gz
for f in k.xz l.zst l.gz; do
	btf info --json $f | jq -c "[.carrier, .compression, .btf.size, .size == $(stat -c %s $f)]"
done
