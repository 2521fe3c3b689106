# the others are still told
btf info no.btf good/empty.btf
