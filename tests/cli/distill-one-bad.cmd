# one file that cannot be: the others are done, the exit status tells
. "${0%/*}/batch.sh"
modules a.ko c.ko
objcopy -R .BTF examples/lamp.ko b.ko
cp b.ko before.ko
btf distill -B $A --in-place a.ko b.ko c.ko
echo "exit $?"
cmp b.ko before.ko
btf info a.ko c.ko | grep -c '^  \.BTF.base   [1-9]'
modules d.ko
btf distill -B $A --in-place missing.ko . d.ko
echo "exit $?"
btf info d.ko | grep -c '^  \.BTF.base   [1-9]'
# not split, broken, distilled but broken, empty
objcopy --update-section .BTF=$A examples/lamp.ko whole.ko
printf '\237\353\1' >bytes
objcopy --update-section .BTF=bytes examples/lamp.ko broken.ko
objcopy --add-section .BTF.base=bytes examples/lamp.ko base.ko
: >empty.ko
btf distill -B $A --in-place whole.ko broken.ko base.ko empty.ko
echo "exit $?"
