# a signal: files that are begun are finished, the others are left, and we end as by the signal
. "${0%/*}/batch.sh"
mkfifo pipe
modules a.ko b.ko c.ko
# the first input is a pipe that somebody holds open: the signal comes while we wait for it
exec 9<>pipe
btf distill -j1 -B $A --detached o pipe b.ko c.ko 2>err 9>&- &
for i in $(seq 100); do
	[ -d o ] && break
	sleep 0.05
done
sleep 0.2
kill -TERM $!
cat a.ko >&9
exec 9>&-
wait $!
echo "exit $?"
cat err
ls -A o
