# types by id, in the order asked for, void too, in all formats
btf dump --id 10 --id 2 --id 0 --id 2 good/kinds.btf
btf dump --id 10 --id 0 --json good/kinds.btf
btf dump --id 10 --id 0 -f bpftool-json good/kinds.btf
btf dump --id 9 --id 42 -B good/kinds.btf good/split.btf
