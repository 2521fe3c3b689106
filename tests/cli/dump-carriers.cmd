# the same text from every carrier, whatever it is called
cp good/kinds.btf plain.ko
gzip -nc good/kinds.btf >kinds.txt
xz -c good/kinds.btf >kinds.png
zstd -qc good/kinds.btf >kinds
objcopy -R .BTF --add-section .BTF=good/kinds.btf examples/lamp.ko elf.o
gzip -nc elf.o >elf.ko
btf dump good/kinds.btf >want
for f in plain.ko kinds.txt kinds.png kinds elf.o elf.ko; do
	btf dump "$f" | cmp - want && echo "$f"
done
