# files on different bases, one that is missing, one that is broken: nothing is printed
cd examples
btf distill -B kernel-a.btf -o small.ko lamp.ko 2>/dev/null
btf dump small.ko beacon.ko
echo "exit $?"
btf dump -B kernel-a.btf small.ko beacon.ko | grep -c "^\["
cp small.ko other.ko
btf dump small.ko other.ko
echo "exit $?"
btf dump -B kernel-a.btf beacon.ko nothing.ko
echo "exit $?"
head -c 100 kernel-b.btf >cut.btf
btf dump kernel-a.btf cut.btf
echo "exit $?"
btf dump kernel-a.btf ../good/unknown.btf
echo "exit $?"
