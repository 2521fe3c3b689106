# what differs, by name; a bound; kinds that do not count
btf diff --equal examples/kernel-a.btf examples/kernel-b.btf
echo "exit $?"
btf diff --equal --max 2 examples/kernel-a.btf examples/kernel-b.btf
btf diff --equal --ignore struct,ptr,func,func_proto,fwd,typedef,array,const,enum,union,int examples/kernel-a.btf examples/kernel-b.btf
echo "exit $?"
btf diff --equal --ignore FUNC,Func_Proto --max 1 examples/kernel-a.btf examples/kernel-b.btf
