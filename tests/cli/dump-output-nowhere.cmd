# a folder that does not exist
btf dump -o no/such/folder good/kinds.btf
