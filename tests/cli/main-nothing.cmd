# without a command: the list of commands, on standard error
btf 2>err
echo "exit $?"
cmp err <(btf --help)
