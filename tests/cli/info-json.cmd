# one JSON object a file
btf info --json good/kinds.btf good/empty.btf examples/lamp.ko good/unknown.btf
