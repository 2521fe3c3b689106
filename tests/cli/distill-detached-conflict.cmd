# two files of one NAME would write one output: nothing is done
. "${0%/*}/batch.sh"
mkdir a b
modules a/lamp.ko
xz -c a/lamp.ko >b/lamp.ko.xz
btf distill -B $A --detached out a/lamp.ko b/lamp.ko.xz
echo "exit $?"
ls -d out
# the folder is a file, or cannot be made
touch file
btf distill -B $A --detached file a/lamp.ko
echo "exit $?"
btf distill -B $A --detached no/where a/lamp.ko
echo "exit $?"
