# a C header, in the order of ids, compiles
btf dump --format c examples/kernel-a.btf | tee header.h
cc -c -x c header.h -o /dev/null
