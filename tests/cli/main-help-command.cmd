# help of a command comes from its option table, by either way
btf help dump
btf help dump | cmp - <(btf dump --help)
btf help dump | cmp - <(btf dump -h good/kinds.btf)
