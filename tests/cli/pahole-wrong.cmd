# pahole: what is wrong with a command line is 64, what fails is 1, and both are said
. "${0%/*}/pahole.sh"
source_of f 'int f(int x) { return x; }'
echo junk >junk
while read -r options; do
	echo "-- $options" >&2
	# shellcheck disable=SC2086
	pahole $options
	echo "$options: $?"
done <<'E'
-J
f.o
-J --nosuch f.o
-J --btf f.o
-J --btf_features
-J -jx f.o
-J -j-1 f.o
-J --jobs=99999999999999999999 f.o
-J --btf_encode_detached= f.o
-J --version=1 f.o
-C list_head f.o
-F btf f.o
-J -F btf f.o
--sizes f.o
-s f.o
--reorganize f.o
-J -X drivers f.o
--compile f.o
-Zq
-J --lang_exclude=klingon f.o
-J --lang=c,klingon f.o
-J --btf_features_strict=var,nosuch f.o
-J --btfkit_profile=2.0 f.o
-J --btf_base nosuch f.o
-J --btf_base junk f.o
-J nosuch.o
-J junk
-J f.o junk
-J --btf_encode_detached=f.o f.o
-J --btf_encode_detached=nosuch/o f.o
E
BTFKIT_PROFILE=1.30 pahole -J f.o
echo "exit $?"
BTFKIT_PAHOLE_VERSION=2.0 pahole --version
echo "exit $?"
sections f.o
ls
