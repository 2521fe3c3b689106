# the version, and nothing else
btf --version
btf -V
