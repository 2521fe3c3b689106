# features: every name, some of them, one that is not there
btf features
btf features encode.float profile.1.24
echo "exit $?"
btf features encode.float no.such.thing
echo "exit $?"
btf features --json dropin.pahole no.such.thing | jq -c 'del(.version)'
[ "$(btf features --json | jq -r '.features[]')" = "$(btf features)" ] && echo same
btf features | LC_ALL=C sort -c && btf features | uniq -d
btf features --nosuch
echo "exit $?"
