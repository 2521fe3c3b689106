# a text file
echo "hello, this is no BTF at all" >hello
btf dump hello
