# what does not go together is said before anything is asked of the kernel
btf list more
echo "exit $?"
btf dump --btf-id 1 --map 2
echo "exit $?"
btf dump --btf-id 0
echo "exit $?"
btf dump --map-types key examples/kernel-a.btf
echo "exit $?"
btf dump --prog 1 examples/kernel-a.btf
echo "exit $?"
btf dump --prog tag:123
echo "exit $?"
