# without a command: the list of commands, on standard error
btf
