# a struct with bit-fields, holes and sums; two words are one type
btf show struct device examples/kernel-b.btf
btf show --cacheline 16 'struct task' examples/kernel-b.btf
