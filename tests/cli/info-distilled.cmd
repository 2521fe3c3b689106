# a module with .BTF.base, alone and against two bases
btf distill -q -B examples/kernel-a.btf -o lamp.ko examples/lamp.ko
btf info lamp.ko | grep -v "^  file "
btf info -B examples/kernel-b.btf lamp.ko | grep -E '^  (split|base) '
btf info -B good/kinds.btf lamp.ko 2>/dev/null | grep -E '^  (split|base) '
echo "exit ${PIPESTATUS[0]}"
