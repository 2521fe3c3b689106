# options that do not go together, and what cannot be done
. "${0%/*}/batch.sh"
try() {
	btf ids "$@"
	echo "$*: exit $?"
}
ids a.ko
try
try --verify --resolve -i a.ko
try --in-place a.ko
try -o out a.ko
try --resolve a.ko
try --resolve -i -o out a.ko
try --resolve -o out a.ko a.ko
try --resolve -o out examples
try --resolve --json -o - a.ko
try --resolve -i a.ko
try --verify a.ko
try -B missing a.ko
try --verify -B $A missing a.ko
ids damaged.ko "$(id enum__lamp_state__1 14)"
try -B $A damaged.ko
try --resolve -i -B $A damaged.ko
try --resolve -B $A -o /dev/full a.ko
