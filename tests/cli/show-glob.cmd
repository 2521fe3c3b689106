# a pattern lists, and shows what it matches alone; JSON does the same
btf show 'l*' examples/kernel-a.btf
btf show 'struct lamp*' examples/kernel-a.btf
btf show --json 'l*' examples/kernel-a.btf
