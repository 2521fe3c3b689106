# BTF without a type and a string is split too
btf dump good/empty-split.btf
