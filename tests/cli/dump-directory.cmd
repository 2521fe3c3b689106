# a folder
btf dump good
