# several files are one BTF: shared types once, conflicts as notes, in every format
cd examples
btf dump -B kernel-a.btf beacon.ko lamp.ko | grep -e "'u32'" -e "STRUCT" -e "^\[4[5-9]\]"
btf dump --json -B kernel-a.btf lamp.ko lamp.ko beacon.ko | wc -l
btf dump --format c kernel-a.btf kernel-b.btf | grep "^struct [a-z_]* {\|___2"
btf dump --format c -B kernel-a.btf beacon.ko lamp.ko >both.h && cc -c -x c both.h -o /dev/null
echo "exit $?"
btf dump --name lamp -B kernel-a.btf beacon.ko lamp.ko
btf dump --id 46 -B kernel-a.btf beacon.ko lamp.ko
# more than bpftool takes
for i in $(seq 100); do cp lamp.ko "lamp$i.ko"; done
btf dump -B kernel-a.btf lamp*.ko | grep -c "^\["
