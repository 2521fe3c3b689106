# names that nothing has, files that are none, output that cannot be written; nothing is left behind
cd examples
btf header kernel-a.btf --need tsk --need nothing_like_it -o out.h
echo "exit $?"
btf header kernel-a.btf --need task --need missing.c -o out.h
echo "exit $?"
btf header kernel-a.btf --need /nowhere/prog.o -o out.h
echo "exit $?"
btf header missing -o out.h
echo "exit $?"
btf header kernel-a.btf --need . -o out.h
echo "exit $?"
cc -c -x c /dev/null -o plain.o
btf header kernel-a.btf --need plain.o -o out.h
echo "exit $?"
btf header lamp.ko -o out.h
echo "exit $?"
btf header ../good/unknown.btf -o out.h
echo "exit $?"
btf header kernel-a.btf -o nowhere/out.h
echo "exit $?"
btf header 2>&1 | head -n 1
ls out.h 2>&1
