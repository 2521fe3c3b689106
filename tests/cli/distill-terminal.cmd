# a progress bar on a terminal only, and no trace of it when the work is done
python3 -c 'import pty' 2>/dev/null || { echo 'python3 has no pty' >&2; exit 77; }
. "${0%/*}/batch.sh"
for i in 1 2 3 4 5; do modules $i.ko; done
objcopy -R .BTF examples/lamp.ko 3.ko
# the command's standard error is a terminal: what arrives there, with ESC and CR made visible
terminal() {
	TERM=${term-xterm} python3 -c 'import pty, sys
out = b""
def read(fd):
    global out
    data = __import__("os").read(fd, 1024)
    out += data
    return b""
pty.spawn(sys.argv[1:], read)
sys.stdout.write(out.decode().replace("\r\n", "\n").replace("\r", "<CR>").replace("\x1b", "<ESC>"))' "$@" </dev/null
}
terminal btf distill -j1 -B $A --detached o *.ko >bar
grep -c '<CR>distill \[ *#* *\] [0-9]*/5' bar
sed 's/.*<ESC>\[K//' bar
terminal btf distill -q -B $A --detached o *.ko
terminal btf distill -B $A --detached o 1.ko
term=dumb terminal btf distill -B $A --detached o 1.ko 2.ko
btf distill -B $A --detached o 1.ko 2.ko 2>&1 | grep -c $'\r\\|\033'
terminal btf distill --json -B $A --detached o 1.ko 2.ko | grep -c '"status":"done"'
