# a file that is not there
btf dump no.btf
