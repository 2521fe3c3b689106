# split BTF without its base says what it needs
btf dump good/split.btf
