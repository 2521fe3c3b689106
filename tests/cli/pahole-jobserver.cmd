# pahole: threads beyond the first are make's to give, and are given back however pahole ends
. "${0%/*}/pahole.sh"
for i in $(seq 1500); do echo "int unnamed_$i(int) { return $i; }"; done >f.c
compile f.c f.o
more=$(($(nproc) - 1))
[ "$more" -gt 3 ] && more=3
[ "$more" -gt 0 ] || { echo "one processor: one thread" >&2; exit 77; }
mkfifo server out
exec 9<>server 8<>out

# left: the tokens that are there
left() {
	dd if=/proc/self/fd/9 iflag=nonblock bs=16 count=1 status=none 2>/dev/null | fold -w1 | sort | tr -d '\n'
}

# with AUTH SIGNAL: a run that is stopped by its full standard output, and ends by a signal
with() {
	printf 'xyz' >&9
	MAKEFLAGS="-j4 -- $1" env --default-signal=INT,TERM,HUP "$pahole" -V -J -j4000 --btf_encode_detached=o f.o >&8 &
	local pid=$! waited=0
	# (what a shell runs in the background ignores SIGINT)
	# it writes when its tokens are taken
	until [ "$(dd if=/proc/self/fd/8 iflag=nonblock bs=1 count=1 status=none 2>/dev/null)" ] || [ $waited = 500 ]; do
		waited=$((waited + 1))
		sleep 0.02
	done
	# what it has not taken stays there for others
	local seen
	seen=$(left)
	[ ${#seen} = $((3 - more)) ] && echo "$2: taken"
	printf '%s' "$seen" >&9
	kill "-$2" $pid
	wait $pid 2>/dev/null
	echo "$2: exit $?, left $(left)"
	dd if=/proc/self/fd/8 iflag=nonblock bs=64k count=64 status=none 2>/dev/null >/dev/null
}
for auth in --jobserver-auth=fifo:"$PWD"/server --jobserver-auth=9,9 --jobserver-fds=9,9 \
	"--jobserver-auth=77,78 --jobserver-auth=9,9"; do
	echo "-- ${auth//$PWD/.}"
	with "$auth" TERM
	with "$auth" INT
	with "$auth" HUP
	for args in "-J -j4 --btf_encode_detached=o f.o" "-J -j --btf_encode_detached=no/o f.o" \
		"-J -j4 nosuch.o" "-J --btf_encode_detached=o f.o" "-J -j1 --btf_encode_detached=o f.o"; do
		printf 'xyz' >&9
		# shellcheck disable=SC2086
		MAKEFLAGS="-j4 $auth" pahole $args 2>/dev/null
		echo "$args: exit $?, left $(left)"
	done
done
echo '-- nothing to take, nothing there, nothing of that kind'
for auth in --jobserver-auth=fifo:"$PWD"/server --jobserver-auth=9,9 --jobserver-auth=fifo:nosuch \
	--jobserver-auth=fifo:f.o --jobserver-auth=fifo:/dev/null --jobserver-auth=77,78 \
	--jobserver-auth=-2,-2 --jobserver-auth=1,2 --jobserver-auth=9,8 --jobserver-auth=9 \
	--jobserver-auth= --jobserver-auth=99999999999999999999,1 --jobserver-auth=9,9x; do
	MAKEFLAGS="-j4 $auth" timeout 20 "$pahole" -J -j4 --btf_encode_detached=o f.o </dev/null >/dev/null
	echo "${auth//$PWD/.}: exit $?"
done
exec 9<&- 8<&-
echo '-- make counts its tokens itself'
cat >Makefile <<E
all: \$(addprefix o.,1 2 3 4 5 6 7 8) bad.1 bad.2
o.%:; @+"$pahole" -J -j4 --btf_encode_detached=\$@ f.o
bad.%:; @+"$pahole" -J -j4 --btf_encode_detached=\$@ nosuch.o 2>/dev/null || true
E
make -s -j3 all && ls o.*
rm -f o.*
make -s -j2 all && ls o.* | wc -l
