# in the order of names
btf dump -f c --sorted examples/kernel-a.btf | grep -E "^(enum|struct|union|typedef)"
