# the bytes as they are, to a pipe, to -, into a file
btf extract good/kinds.btf | cmp - good/kinds.btf
btf extract -o - good/kinds-be.btf | cmp - good/kinds-be.btf
btf extract -o out good/names.btf && cmp out good/names.btf
xz -c good/kinds.btf | cat >k
btf extract k | cmp - good/kinds.btf
objcopy --dump-section .BTF=lamp.btf examples/lamp.ko /dev/null
btf extract examples/lamp.ko | cmp - lamp.btf
