# raw BTF has one section
btf extract -s .BTF.ext good/kinds.btf
