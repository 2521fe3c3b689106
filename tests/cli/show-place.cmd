# members and offsets: the way there, through arrays and anonymous types
btf show task.children.next 'task.comm[3]' task+20 device+33 examples/kernel-b.btf
btf show device.state+1 examples/kernel-b.btf
echo "exit $?"
btf show task.parent.pid examples/kernel-b.btf
echo "exit $?"
btf show task.childen 'task.comm[16]' task+999 task+x examples/kernel-b.btf
echo "exit $?"
