# a command that does not exist
btf frobnicate x.btf
