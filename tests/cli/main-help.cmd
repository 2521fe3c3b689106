# three ways to the same help; which commands there are is another test's business
btf --help | grep -v '^  [a-z]'
btf -h | cmp - <(btf --help)
btf help | cmp - <(btf --help)
