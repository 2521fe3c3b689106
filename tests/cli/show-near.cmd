# a name that is not there: names that are spelled alike, exit status 1
btf show tsk struct timr examples/kernel-a.btf
echo "exit $?"
btf show union task examples/kernel-a.btf
echo "exit $?"
btf show quite_another_name 'x*' 4711 examples/kernel-a.btf
echo "exit $?"
