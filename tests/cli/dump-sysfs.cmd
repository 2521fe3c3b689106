# /sys/kernel/btf/MOD finds its base by itself, also by another path; -B still rules
[ -d /sys/kernel/btf ] && unshare -rm true 2>/dev/null || { echo "needs /sys/kernel/btf and unshare -m" >&2; exit 77; }
cat >inside <<'INSIDE'
mount -t tmpfs none /sys/kernel/btf || { echo "no mounts here" >&2; exit 77; }
cp good/kinds.btf /sys/kernel/btf/vmlinux
cp good/split.btf /sys/kernel/btf/some_module
ln -s /sys/kernel/btf/some_module link
btf dump --name module_state_t /sys/kernel/btf/some_module
btf dump --name module_state_t link
btf dump --name int /sys/kernel/btf/vmlinux
btf dump -B good/distilled-base.btf /sys/kernel/btf/some_module 2>/dev/null
echo "exit $?"
rm /sys/kernel/btf/vmlinux
btf dump /sys/kernel/btf/some_module
INSIDE
unshare -rm bash inside
