# in the order of names
btf dump -f c --sorted examples/kernel-a.btf | grep -B 1 -E "^(enum|struct|union|typedef) ?[a-z_]*" | grep -v "^}" | head -n 40
