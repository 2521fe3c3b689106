# --json is short for --format json
btf dump --json good/kinds.btf | cmp - <(btf dump --format json good/kinds.btf)
btf dump --json --format json good/kinds.btf | head -n 2
