# BTF that is not split is not read as if it were
btf dump --id 1 -B good/kinds.btf good/names.btf
