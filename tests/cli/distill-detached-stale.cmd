# what an earlier run left in the folder: replaced, or said
. "${0%/*}/batch.sh"
ids lamp.ko
btf distill -q -B $A --detached out lamp.ko 2>/dev/null
ls out
modules lamp.ko
btf distill -q -B $A --detached out lamp.ko
# a part that cannot be written: no NAME.btf beside parts of another run, and nothing new is left
rm -r out/* && btf distill -q -B $A --detached out lamp.ko
ids lamp.ko
mkdir out/lamp.btf.ids
btf distill -q -B $A --detached out lamp.ko
echo "exit $?"
ls -A out
rm -r out && mkdir -p out/lamp.btf.ids
btf distill -q -B $A --detached out lamp.ko 2>/dev/null
ls -A out
# the input is no output of an earlier run
mkdir -p in/lamp.btf.base
btf extract -o in/lamp.btf examples/lamp.ko
btf distill -q -B $A --detached in in/lamp.btf
echo "exit $?"
ls -A in
