# one that fails does not lose the others; without a vmlinux nothing is begun
. "${0%/*}/encode.sh"
kernel k
head -c 700 k/lamp.ko >k/cut.ko
echo text >k/text.ko
strip -g -o k/bare.ko k/lamp.ko
btf kernel k -d out >k.out 2>k.err
echo "exit $?"
plain <k.err
ls out
btf kernel k/text.ko k/lamp.ko -d no
echo "exit $?"
btf kernel k/bare.ko k/lamp.ko -d no
echo "exit $?"
mkdir empty
btf kernel empty -d no
echo "exit $?"
btf kernel k/vmlinux empty -d no
echo "exit $?"
mkdir k/again && cp k/lamp.ko k/again/
btf kernel k -d no
echo "exit $?"
btf kernel k
echo "exit $?"
btf kernel k -i -d no
echo "exit $?"
btf kernel
echo "exit $?"
btf kernel k/vmlinux k/lamp.ko k/lamp.ko -i 2>&1 | plain
