# what the kernel does with a module whose BTF it refuses: by its configuration, wherever that stands
. "${0%/*}/batch.sh"
explain() {
	btf explain --kernel 6.12 "$@" | sed -n '1p;/^The module/,/^$/p;/log says/,/^$/p'
}
printf 'CONFIG_A=y\nCONFIG_MODULE_ALLOW_BTF_MISMATCH=y\n' >yes
printf 'CONFIG_A=y\n# CONFIG_MODULE_ALLOW_BTF_MISMATCH is not set\n' >no
gzip -n no
explain -B $B --config yes examples/lamp.ko
explain -B $B --config no.gz examples/lamp.ko
# in the image itself
{
	printf 'before IKCFG_ST'
	gzip -n <yes
	printf 'IKCFG_ED behind'
} >carried
objcopy -R .modinfo --update-section .BTF=$B --add-section .rodata=carried examples/lamp.ko image.elf
explain --image image.elf examples/lamp.ko
explain -B $B --config image.elf examples/lamp.ko | tail -n 3
# what holds none
for f in $B examples/lamp.ko missing; do
	btf explain --kernel 6.12 -B $B --config $f examples/lamp.ko
	echo "exit $?"
done
