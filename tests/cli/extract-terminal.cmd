# binary data is not for a terminal, unless one says so
command -v script >/dev/null || { echo "script(1) is not installed" >&2; exit 77; }
script -qec 'btf extract good/kinds.btf' /dev/null | tr -d '\r'
echo "exit ${PIPESTATUS[0]}"
script -qec 'btf extract -o - good/empty.btf' /dev/null >/dev/null
echo "exit $?"
