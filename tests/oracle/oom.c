// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * oom [WORD [N]]: every allocation of every command fails once; only in jobs with that word; only
 * the Nth, and where it is made is said.
 *
 * In: a folder with the files that the jobs below name, which this runs in. Out: TAP, a test for
 * each job. A job runs once as it is; then once for each of its allocations, which fails, mmap
 * among them. The command must then say so, with exit code 2, leave its input and no output or
 * temporary file; or do without it, with the same output as ever. Nothing leaks. The commands are
 * linked in; each run is a process of its own. The allocator is replaced by one that counts,
 * which sanitizers replace in turn: with them nothing is run.
 */
#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#undef main
int btf_main(int argc, char **argv);

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define SANITIZED 1
#endif

#define MAX_ARGS 24
#define MAX_FILES 64

/* copy*: files that are replaced */
static const char *const jobs[] = {
	"info --json lamp.ko",
	"info lamp.ko.xz",
	"dump kinds.btf",
	"dump --json -B a.btf lamp.ko",
	"dump --format bpftool-json kinds.btf",
	"dump --format c --sorted kinds.btf",
	"dump --format c --root * -o out kinds.btf",
	"dump --format c -o out kinds.btf a.btf",
	"extract -o out lamp.ko.xz",
	"diff --equal kinds.btf a.btf",
	"diff --equal --json a.btf b.btf",
	"dedup -j1 -o out kinds.btf kinds.btf a.btf",
	"dedup -j2 -o out kinds.btf a.btf kinds.btf",
	"dedup -j1 -B kinds.btf -o out kinds.btf split.btf",
	"dedup -j1 --in-place copy.ko",
	"dedup -j1 --why lamp a.btf b.btf",
	"distill -j1 -B a.btf --in-place copy.ko",
	"distill -j1 -B a.btf --detached dir lamp.ko ids.ko",
	"distill -j1 -B a.btf -o out lamp.ko.xz",
	"relocate -j1 -B b.btf -o out distilled.ko",
	"relocate -j1 -B b.btf --in-place copy2.ko",
	"ids --json -B a.btf ids.ko",
	"ids --verify -B a.btf ids.ko",
	"ids --resolve -B a.btf -o out ids.ko",
	"resolve_btfids -b a.btf ids.ko",
	"resolve_btfids --distill_base -b a.btf ids.ko",
	"check -j1 --as user kinds.btf",
	"check -j1 --as vmlinux --kernel 6.12 --all a.btf",
	"check -j1 --as module --json -B a.btf lamp.ko ids.ko",
	"check -j2 --as module --json -B a.btf lamp.ko ids.ko",
	"show -B a.btf --from lamp.ko lamp lamp+0x8 2",
	"show --json --from kinds.btf *",
	"header -o out a.btf",
	"header -B a.btf --need lamp -o out lamp.ko",
	"encode -j1 -o out all.o",
	"encode -j1 --require --in-place copy.o",
	"encode -j1 -B a.btf --distill --report report --detached dir all.o two.o",
	"encode -j1 --why first --detached dir two.o all.o",
	"encode -j2 -B a.btf --detached dir all.o two.o",
	"encode -j1 -B a.btf --index . --detached dir all.o two.o",
	"encode -j1 --features +var,+global_var,+true_signature -o out lto.o",
	"kernel -j1 --detached dir all.o two.o",
	"explain -j1 -B b.btf --built-on a.btf lamp.ko",
	"explain -j1 --json -B b.btf distilled.ko",
};

#define JOBS (sizeof(jobs) / sizeof(jobs[0]))

/* ---- the allocator ---- */

static long until_failure = -1; /* allocations left; < 0: they never fail */
static long live;
static int trace_fd = -1; /* says where it failed */

#ifndef SANITIZED
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *p);

static bool fails(void)
{
	if (__atomic_load_n(&until_failure, __ATOMIC_RELAXED) < 0 ||
	    __atomic_fetch_sub(&until_failure, 1, __ATOMIC_RELAXED))
		return false;
	if (trace_fd >= 0) {
		void *at[24];

		backtrace_symbols_fd(at, backtrace(at, 24), trace_fd);
	}
	errno = ENOMEM;
	return true;
}

static void *count(void *p)
{
	if (p)
		__atomic_add_fetch(&live, 1, __ATOMIC_RELAXED);
	return p;
}

void *malloc(size_t size)
{
	return fails() ? NULL : count(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : count(__libc_calloc(n, size));
}

void *realloc(void *old, size_t size)
{
	void *p = fails() ? NULL : __libc_realloc(old, size);

	return old ? p : count(p);
}

void *aligned_alloc(size_t align, size_t size)
{
	return fails() ? NULL : count(__libc_memalign(align, size));
}

int posix_memalign(void **ret, size_t align, size_t size)
{
	void *p = aligned_alloc(align, size);

	if (!p)
		return ENOMEM;
	*ret = p;
	return 0;
}

void free(void *p)
{
	if (p)
		__atomic_sub_fetch(&live, 1, __ATOMIC_RELAXED);
	__libc_free(p);
}

void *mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	if (fails())
		return MAP_FAILED;
	return count((void *)syscall(SYS_mmap, at, len, prot, flags, fd, off));
}

int munmap(void *at, size_t len)
{
	__atomic_sub_fetch(&live, 1, __ATOMIC_RELAXED);
	return (int)syscall(SYS_munmap, at, len);
}
#endif

/* ---- the folder ---- */

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "oom: %s: %s\n", what, strerror(errno));
	exit(2);
}

struct file {
	char name[80];
	char *data;
	size_t size;
};

/* what a run may change: all but the sources; sorted, by name */
struct state {
	struct file file[MAX_FILES];
	size_t cnt;
};

static void slurp(int at, const char *name, struct file *f)
{
	int fd = openat(at, name, O_RDONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		die(name);
	f->size = (size_t)st.st_size;
	f->data = malloc(f->size + 1);
	if (!f->data || read(fd, f->data, f->size) != (ssize_t)f->size)
		die(name);
	close(fd);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static void state_add(struct state *s, const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		struct file *f = &s->file[s->cnt];

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || s->cnt == MAX_FILES ||
		    !strcmp(e->d_name, "dir"))
			continue;
		snprintf(f->name, sizeof(f->name), "%s/%.60s", folder, e->d_name);
		slurp(dirfd(d), e->d_name, f);
		s->cnt++;
	}
	if (d)
		closedir(d);
}

static void state_take(struct state *s)
{
	s->cnt = 0;
	state_add(s, ".");
	state_add(s, "dir");
	qsort(s->file, s->cnt, sizeof(s->file[0]), by_name);
}

static void state_free(struct state *s)
{
	while (s->cnt)
		free(s->file[--s->cnt].data);
}

static bool state_same(const struct state *a, const struct state *b)
{
	if (a->cnt != b->cnt)
		return false;
	for (size_t i = 0; i < a->cnt; i++)
		if (strcmp(a->file[i].name, b->file[i].name) ||
		    a->file[i].size != b->file[i].size ||
		    memcmp(a->file[i].data, b->file[i].data, a->file[i].size))
			return false;
	return true;
}

static bool temporary_left(const struct state *s)
{
	for (size_t i = 0; i < s->cnt; i++)
		if (strstr(s->file[i].name, ".btfkit-"))
			return true;
	return false;
}

/* as it was before: what is new goes, what is changed comes back */
static void state_restore(const struct state *to)
{
	struct state is;

	state_take(&is);
	for (size_t i = 0; i < is.cnt; i++)
		if (!bsearch(&is.file[i], to->file, to->cnt, sizeof(is.file[0]), by_name))
			unlink(is.file[i].name);
	for (size_t i = 0; i < to->cnt; i++) {
		const struct file *f = &to->file[i];
		struct file *have = bsearch(f, is.file, is.cnt, sizeof(*f), by_name);
		int fd;

		if (have && have->size == f->size && !memcmp(have->data, f->data, f->size))
			continue;
		fd = open(f->name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		if (fd < 0 || write(fd, f->data, f->size) != (ssize_t)f->size || close(fd))
			die(f->name);
	}
	rmdir("dir");
	state_free(&is);
}

/* ---- runs ---- */

struct result {
	int code;
	bool crashed, reached; /* the allocation that was to fail was asked for */
	long leaked;
	char *out, *err;
	size_t out_size, err_size;
};

struct told {
	bool reached;
	long leaked;
};

static int out_fd, err_fd;

/* a tool of the kernel's build, which btf is under its name, and whose exit codes are its own */
static bool is_tool(const char *line)
{
	return !strncmp(line, "resolve_btfids ", 15);
}

static int call(const char *line)
{
	char copy[256], *argv[MAX_ARGS + 2] = {(char *)"btf"}, *at = copy, *word;
	int argc = 1, code;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&at, " ")) && argc < MAX_ARGS)
		argv[argc++] = word;
	if (is_tool(line))
		memmove(argv, argv + 1, (size_t)argc-- * sizeof(*argv));
	code = btf_main(argc, argv);
	fflush(stdout);
	fflush(stderr);
	return code;
}

/* the process: once undisturbed, so that what libc keeps for good is there; then with the failure
 */
static void child(const char *line, long n, const struct state *before, struct told *told)
{
	static char out_room[65536], err_room[65536];
	long was;
	int code;

	if (dup2(out_fd, 1) < 0 || dup2(err_fd, 2) < 0)
		_exit(99);
	setvbuf(stdout, out_room, _IOFBF, sizeof(out_room));
	setvbuf(stderr, err_room, _IOLBF, sizeof(err_room));
	if (n >= 0) {
		call(line);
		state_restore(before);
	}
	if (ftruncate(out_fd, 0) || ftruncate(err_fd, 0) || lseek(out_fd, 0, SEEK_SET) ||
	    lseek(err_fd, 0, SEEK_SET))
		_exit(99);
	was = live;
	until_failure = n;
	code = call(line);
	told->reached = n >= 0 && until_failure < 0;
	until_failure = -1;
	told->leaked = live - was;
	_exit(code);
}

static void run(const char *line, long n, const struct state *before, struct told *told,
		struct result *r)
{
	struct file f;
	int status;
	pid_t pid;

	*told = (struct told){0};
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		child(line, n, before, told);
	if (waitpid(pid, &status, 0) != pid)
		die("wait");
	*r = (struct result){.crashed = !WIFEXITED(status),
			     .code = WEXITSTATUS(status),
			     .reached = told->reached,
			     .leaked = told->leaked};
	if (r->crashed)
		r->code = -WTERMSIG(status);
	for (int i = 0; i < 2; i++) {
		char name[32];

		snprintf(name, sizeof(name), "/proc/self/fd/%d", i ? err_fd : out_fd);
		slurp(AT_FDCWD, name, &f);
		f.data[f.size] = 0;
		*(i ? &r->err : &r->out) = f.data;
		*(i ? &r->err_size : &r->out_size) = f.size;
	}
}

static void result_free(struct result *r)
{
	free(r->out);
	free(r->err);
}

/* in words, or as the code of a finding */
static bool says_memory(const char *text)
{
	return strstr(text, "out of memory") || strstr(text, "\"memory\"");
}

/* NULL: as it should be */
static const char *judge(const char *line, const struct result *r, const struct result *good,
			 const struct state *is, const struct state *before,
			 const struct state *after)
{
	bool threads = strstr(line, "-j2");

	if (r->crashed)
		return "it crashed";
	if (r->leaked && !threads)
		return "memory is lost";
	if (temporary_left(is))
		return "a temporary file is left";
	if (r->code == good->code && !state_same(is, after))
		return "the exit code is as ever, but not the output";
	/* findings may be missing where that is said */
	if (r->code == good->code)
		return (r->out_size == good->out_size && !memcmp(r->out, good->out, r->out_size)) ||
				       says_memory(r->out) || says_memory(r->err)
			       ? NULL
			       : "the exit code is as ever, but not what it says";
	if (is_tool(line) ? !r->code : r->code != 2)
		return "the exit code is not 2";
	/* of JSON, an object says it */
	if (!r->err_size && !(strstr(line, "--json") && r->out_size))
		return "it failed without a word";
	/* files beside each other are each for themselves */
	if (!state_same(is, before) && !strstr(line, "--detached"))
		return "it failed, and something was written";
	return NULL;
}

static bool test(const char *line, int number, const struct state *before, long only)
{
	struct told *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct result good, r;
	struct state after, is;
	const char *wrong = NULL;
	long n, failures = 0, bad = 0;
	bool done = false;

	if (told == MAP_FAILED)
		die("memory");
	run(line, -1, before, told, &good);
	state_take(&after);
	state_restore(before);
	if (good.crashed || good.code > 1) {
		printf("not ok %d - %s: without a failure: exit code %d\n# %s\n", number, line,
		       good.code, good.err);
		done = true;
	}
	for (n = only < 0 ? 0 : only; !done; n++) {
		const char *what;

		run(line, n, before, told, &r);
		state_take(&is);
		done = (!r.reached && !r.crashed) || only >= 0;
		what = judge(line, &r, &good, &is, before, &after);
		if (what) {
			bad++;
			if (bad < 6)
				printf("# allocation %ld: %s (exit code %d, %ld lost): %.200s\n", n,
				       what, r.code, r.leaked, r.err);
			wrong = wrong ? wrong : what;
		}
		failures += r.code == 2 || (is_tool(line) && r.code);
		state_free(&is);
		state_restore(before);
		result_free(&r);
		if (n > 200000)
			done = true;
	}
	if (n)
		printf("%sok %d - %s: %ld allocations, %ld of them needed, %ld wrong\n",
		       wrong || !failures ? "not " : "", number, line, n - 1, failures, bad);
	fflush(stdout);
	result_free(&good);
	state_free(&after);
	munmap(told, sizeof(*told));
	return !wrong && failures;
}

int main(int argc, char **argv)
{
	struct state before;
	bool ok = true;

#ifdef SANITIZED
	puts("1..0 # SKIP sanitizers have an allocator of their own");
	return 0;
#endif
	out_fd = memfd_create("out", 0);
	err_fd = memfd_create("err", 0);
	if (out_fd < 0 || err_fd < 0)
		die("files");
	if (argc > 2) {
		void *at[1];

		backtrace(at, 1);
		trace_fd = fcntl(2, F_DUPFD_CLOEXEC, 20);
	}
	state_take(&before);
	for (size_t i = 0; i < JOBS; i++) {
		if (argc > 1 && !strstr(jobs[i], argv[1])) {
			printf("ok %zu - %s # SKIP not asked for\n", i + 1, jobs[i]);
			continue;
		}
		ok &= test(jobs[i], (int)i + 1, &before, argc > 2 ? atol(argv[2]) : -1);
	}
	printf("1..%zu\n", JOBS);
	state_free(&before);
	return !ok;
}
