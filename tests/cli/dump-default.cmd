# raw is the default, by every name
btf dump good/layout.btf >raw
btf dump -f raw good/layout.btf | cmp - raw
btf dump -o - good/layout.btf | cmp - raw
wc -l <raw
