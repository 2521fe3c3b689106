# does it fit: yes, not used, no
btf info -B good/kinds.btf good/split.btf | grep '^  base'
btf info -B good/kinds.btf good/names.btf | grep '^  base'
btf info -B good/distilled-base.btf good/split.btf | grep '^  base'
echo "exit ${PIPESTATUS[0]}"
