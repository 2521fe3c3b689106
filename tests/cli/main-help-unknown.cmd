# help for a command that does not exist
btf help frobnicate
