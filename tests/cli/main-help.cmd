# three ways to the same help
btf --help
btf -h | cmp - <(btf help)
