# a progress bar on a terminal only, and no trace of it when the work is done
python3 -c 'import pty' 2>/dev/null || { echo 'python3 has no pty' >&2; exit 77; }
. "${0%/*}/batch.sh"
for i in 1 2 3 4 5; do modules $i.ko; done
objcopy -R .BTF examples/lamp.ko 3.ko
# the command's standard error is a terminal: what arrives there, with ESC and CR made visible
terminal() {
	TERM=${term-xterm} python3 -c 'import os, pty, sys
pid, fd = pty.fork()
if not pid:
    os.execvp(sys.argv[1], sys.argv[1:])
out = b""
try:
    while data := os.read(fd, 1024):
        out += data
except OSError:
    pass
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
out = out.decode().replace("\r\n", "\n").replace("\r", "<CR>").replace("\x1b", "<ESC>")
sys.stdout.write(out + f"exit {code}\n")' "$@" </dev/null
}
terminal btf distill -j1 -B $A --detached o *.ko >bar
grep -o '<CR>distill \[#* *\] 1/5<CR><ESC>\[K' bar
sed 's/.*<ESC>\[K//' bar
terminal btf distill -q -B $A --detached o *.ko
terminal btf distill -B $A --detached o 1.ko
term=dumb terminal btf distill -B $A --detached o 1.ko 2.ko
btf distill -B $A --detached o 1.ko 2.ko 2>&1 | grep -c $'\r\\|\033'
terminal btf distill --json -B $A --detached o 1.ko 2.ko | grep -c '"status":"done"'
