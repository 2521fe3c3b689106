# killed at any step: where NAME.btf is there, its parts are of the same run; in place, the file is
# the old or the new one
strace -qq -o /dev/null true 2>/dev/null || { echo 'strace does not work here' >&2; exit 77; }
. "${0%/*}/batch.sh"
ids new.ko
modules old.ko
cp old.ko d.ko
# the old run leaves two parts, the new one three; both modules are called x
mkdir o n
cp old.ko o/x.ko
cp new.ko n/x.ko
btf distill -q -B $A --detached first o/x.ko
btf distill -q -B $A --detached whole n/x.ko 2>/dev/null
btf distill -q -B $A -o done.ko old.ko
for call in openat write fsync renameat; do
	for when in $(seq 60); do
		rm -rf out
		cp -r first out
		cp old.ko in.ko
		strace -f -qq -o /dev/null -e inject=$call:signal=KILL:when=$when \
			btf distill -j1 -q -B $A --detached out n/x.ko 2>/dev/null
		code=$?
		if [ -e out/x.btf ]; then
			for part in x.btf.base x.btf.ids x.btf; do
				cmp -s out/$part first/$part || cmp -s out/$part whole/$part ||
					{ [ ! -e out/$part ] && [ ! -e first/$part ]; } || echo "$call $when: $part is neither"
			done
			{ cmp -s out/x.btf whole/x.btf && [ -e out/x.btf.ids ]; } || [ ! -e out/x.btf.ids ] ||
				echo "$call $when: parts of different runs"
		fi
		strace -f -qq -o /dev/null -e inject=$call:signal=KILL:when=$when \
			btf distill -j1 -q -B $A --in-place in.ko 2>/dev/null
		cmp -s in.ko old.ko || cmp -s in.ko done.ko || echo "$call $when: in place"
		[ "$(find . -maxdepth 1 -name '.*btfkit*' | wc -l)" -le 1 ] || echo "$call $when: temporary files"
		find . -name '.*.btfkit-*' -delete
		[ $code != 0 ] || break
	done
	[ "$when" -gt 1 ] && echo "$call: to the end"
done
