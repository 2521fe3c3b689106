# pahole: the stock encoder's result is shipped whatever ours does, and what differs is told
. "${0%/*}/pahole.sh"
source_of f 'struct s { int a; };' 'int f(struct s *s) { return s->a; }' 'float g(float x) { return x; }'
# stock NAME LINE...: something that is run as the stock encoder
stock() {
	printf '#!/bin/bash\ncase "$*" in --version) echo v1.24; exit;; esac\n' >"$1"
	printf '%s\n' "${@:2}" >>"$1"
	chmod +x "$1"
}
real=$pahole
stock ./same "BTFKIT_PAHOLE_VERSION=124 exec \"$real\" \"\$@\""
stock ./other "exec \"$real\" --btf_gen_floats \"\$@\""
stock ./fails 'echo "it says" >&2; exit 9'
stock ./dies 'kill -SEGV $$'
stock ./writes 'echo junk >o; exit 0'
stock ./nothing 'exit 0'
export TMPDIR=$PWD/tmp
mkdir tmp
numbers() {
	sed -E 's/[0-9]+\.[0-9]+ s/N s/g; s/[0-9]+ MiB/N MiB/g'
}
export BTFKIT_SHADOW
for BTFKIT_SHADOW in ./same ./other ./fails ./writes ./nothing ./nosuch; do
	echo "-- $BTFKIT_SHADOW" >&2
	rm -f o
	pahole -J --btf_encode_detached=o f.o 2> >(numbers >&2)
	echo "$BTFKIT_SHADOW: exit $?, $(ls o 2>/dev/null)"
	wait $!
done
(ulimit -c 0; BTFKIT_SHADOW=./dies pahole -J --btf_encode_detached=o f.o 2>/dev/null; echo "dies: exit $?") 2>/dev/null
echo '-- in place, and a failure of ours'
export BTFKIT_SHADOW=./same BTFKIT_SHADOW_LOG=$PWD/log
cp f.o g.o
pahole -J -j2 --btf_features=default g.o
echo "exit $?"
sections g.o
BTFKIT_PROFILE=nosuch BTFKIT_SHADOW=./nothing pahole -J f.o
echo "exit $?"
pahole -J --btf_features=default --btf_base=g.o --btf_features=distilled_base f.o
echo "exit $?"
sections f.o
echo '-- what the stock one answers'
pahole --version
pahole --numeric_version
pahole -C s f.o 2>&1 | head -n 1
echo '-- the log'
jq -c '[.schema, .file, .stock, .version, .stock_took.exit, .btfkit_took.exit, .not_compared, .equal, .data_equal, .types, .unmatched]' log
jq -s 'all(.[]; .stock_took.rss_kib > 0 and .btfkit_took.wall_ms >= 0)' log
python3 - "${0%/*}/../../docs/schema/btf-shadow-1.json" <<'E'
import json, sys
try:
    import jsonschema
except ImportError:
    sys.exit()
schema = json.load(open(sys.argv[1]))
for line in open("log"):
    jsonschema.validate(json.loads(line), schema)
E
echo '-- a log that cannot be written'
BTFKIT_SHADOW_LOG=/nosuch/log pahole -J --btf_encode_detached=o f.o
echo "exit $?"
TMPDIR=/nosuch pahole -J --btf_encode_detached=o f.o
echo "exit $?"
ls -A tmp
