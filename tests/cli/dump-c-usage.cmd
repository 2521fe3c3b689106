# --sorted is about C
btf dump --sorted good/kinds.btf
