# any name a file can have
. "${0%/*}/batch.sh"
mkdir n
line=$'n/new\nline.ko'
modules 'n/two words.ko' 'n/qu"ote'"'"'s.ko' "$line" 'n/$(touch x);a.ko' './-dash.ko' $'n/\xff\xfe.ko'
btf distill -B $A --in-place n/* ./-dash.ko
btf info n/* ./-dash.ko | grep -c '^  \.BTF.base   [1-9]'
btf distill -B $A --json --detached 'o ut' n/* -- -dash.ko | grep -o '"file":.*,"status":"[a-z]*"'
LC_ALL=C ls 'o ut' | od -An -c | head -n 3
btf distill -B $A --in-place -dash.ko
echo "exit $?"
objcopy -R .BTF examples/lamp.ko "$line"
btf distill -B $A --in-place "$line"
ls
