# every kind of file that needs no kernel
btf info good/kinds.btf good/layout-be.btf good/empty-split.btf good/unknown.btf examples/lamp.ko
