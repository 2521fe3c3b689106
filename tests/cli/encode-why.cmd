# --why NAME and --report FILE: the reasons of every function that is left out
. "${0%/*}/encode.sh"
here=${0%/*}
source_of a 'struct s { int x; };' 'static __attribute__((noinline)) int twice(struct s *s) { return s->x; }' \
	'int one(struct s *s) { return twice(s) + 1; }' 'int nameless(int) { return 2; }'
source_of b 'static __attribute__((noinline)) int twice(long *l) { return *l; }' \
	'int two(long *l) { return twice(l); }'
ld -r -o both.o a.o b.o
btf encode both.o -q -o x.btf --report report.json
echo "exit $?"
cat report.json
python3 -c 'import jsonschema' 2>/dev/null &&
	"$here/../golden/validate" "$here/../../docs/schema/btf-functions-1.json" report.json
own x.btf | grep FUNC
for name in twice one nameless missing; do
	for profile in correct master 1.31; do
		echo "-- $profile"
		btf encode both.o -q -o x.btf --profile $profile --why $name
	done
done
btf encode both.o -q -o x.btf --report - | cmp - report.json
btf encode both.o a.o -q -d out --report both.json -j 8 && cut -d, -f 2 both.json
btf encode both.o -q -o x.btf --why one --json
echo "exit $?"
btf encode both.o -q -o - --why one
echo "exit $?"
btf encode both.o -q -o x.btf --report /nowhere/x
echo "exit $?"
