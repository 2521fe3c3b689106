# --in-place: each file alone, not touched where there is nothing to drop, or nothing can be done
# the same types twice in one file: an INT, twice
printf '\237\353\1\0\30\0\0\0\0\0\0\0\40\0\0\0\40\0\0\0\5\0\0\0\1\0\0\0\0\0\0\1\4\0\0\0\40\0\0\0\1\0\0\0\0\0\0\1\4\0\0\0\40\0\0\0\0int\0' >twice.btf
cp examples/kernel-a.btf a.btf
btf dedup --in-place a.btf twice.btf
echo "exit $?"
cmp a.btf examples/kernel-a.btf && echo untouched
btf dump twice.btf
touch -d 2001-01-01 twice.btf
btf dedup -i twice.btf
echo "exit $?"
[ "$(stat -c %y twice.btf | cut -c1-4)" = 2001 ] && echo untouched
btf dedup --in-place missing.btf twice.btf
echo "exit $?"
btf dedup --in-place -o x.btf twice.btf
echo "exit $?"
