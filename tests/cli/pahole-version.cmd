# pahole: what a build asks before it encodes
. "${0%/*}/pahole.sh"
pahole --version
pahole --numeric_version
pahole --vers
for version in 124 1.24 v1.24 1.31 199; do
	BTFKIT_PAHOLE_VERSION=$version pahole --version
	BTFKIT_PAHOLE_VERSION=$version pahole --numeric_version
done
for version in 24 1.2 v2.0 200 1.100 1.2x 109 x; do
	BTFKIT_PAHOLE_VERSION=$version pahole --version || echo "exit $?"
done
pahole --supported_btf_features
pahole -J --version nosuch
pahole --help | head -n 1
pahole '-?' | tail -n 1
pahole --usage
echo "-- as Kconfig reads it"
pahole --version | sed -E 's/v([0-9]+)\.([0-9]+)/\1\2/'
echo "-- a path of its own"
BTFKIT_EXEC_PATH=/some/where btf --exec-path
[ "$(basename "$(btf --exec-path)")" = btfkit ] && ls "$(btf --exec-path)"
