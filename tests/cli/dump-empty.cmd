# an empty file
: >nothing
btf dump nothing
