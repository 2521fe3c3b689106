// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Two encoders on the same input: see shadow.h.
 *
 * In: pahole's command line. Out: what the stock encoder makes of it; a line of JSON
 * (docs/schema/btf-shadow-1.json) at the end of BTFKIT_SHADOW_LOG, or lines for people on standard
 * error. Order: ours [encode_ours], stock [run_stock], the comparison [compare]: each a child, so
 * that wait4 tells what it took.
 */
#include "shadow.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <btf/btf.h>
#include <btf/diff.h>
#include <linux/btf.h>

#include "base.h"
#include "json.h"
#include "pahole.h"

#define LONGEST 600 /* seconds that ours may take, and the comparison */
#define FINDINGS 20

struct took {
	bool ran;
	int status;	  /* of wait4 */
	double wall, cpu; /* seconds */
	long rss;	  /* KiB */
};

struct shadow {
	const char *stock;
	int argc;
	char **argv;
	struct pahole_args args;
	int version;
	char *folder, *ours, *ours_base; /* the private folder, raw BTF in it, its distilled base */
	struct took mine, theirs;
};

/* ---- children ---- */

static volatile sig_atomic_t child; /* the one that runs, 0: none */
static char left_file[4096], left_base[4096], left_folder[4096];

static void tidy(void)
{
	if (*left_file)
		unlink(left_file);
	if (*left_base)
		unlink(left_base);
	if (*left_folder)
		rmdir(left_folder);
}

/* a signal to us is one to the child, and nothing stays behind */
static void on_end(int sig)
{
	if (child)
		kill((pid_t)child, sig);
	tidy();
	raise(sig);
}

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
#define ENDS (sizeof(ends) / sizeof(ends[0]))

static void watch_the_end(void)
{
	struct sigaction sa = {.sa_handler = on_end, .sa_flags = SA_RESETHAND}, old;

	for (size_t i = 0; i < ENDS; i++)
		if (!sigaction(ends[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(ends[i], &sa, NULL);
}

/* the same signals as usual, in a child */
static void unwatch(void)
{
	struct sigaction old;

	for (size_t i = 0; i < ENDS; i++)
		if (!sigaction(ends[i], NULL, &old) && old.sa_handler == on_end)
			signal(ends[i], SIG_DFL);
	child = 0;
	*left_file = *left_base = *left_folder = 0;
}

static double seconds(struct timespec t)
{
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double of_timeval(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* runs fn in a child; its return value is the exit code */
static struct took run(struct shadow *s, int (*fn)(struct shadow *s))
{
	struct took t = {0};
	struct timespec from, to;
	struct rusage used;
	pid_t pid;

	fflush(NULL);
	clock_gettime(CLOCK_MONOTONIC, &from);
	pid = fork();
	if (pid < 0)
		return t;
	if (!pid) {
		int code;

		unwatch();
		code = fn(s);
		fflush(NULL);
		_exit(code);
	}
	child = pid;
	while (wait4(pid, &t.status, 0, &used) < 0)
		if (errno != EINTR)
			return t;
	child = 0;
	clock_gettime(CLOCK_MONOTONIC, &to);
	t.ran = true;
	t.wall = seconds(to) - seconds(from);
	t.cpu = of_timeval(used.ru_utime) + of_timeval(used.ru_stime);
	t.rss = used.ru_maxrss;
	return t;
}

static int exec_stock(struct shadow *s)
{
	/* should it be one of ours, it must not look for a stock one again */
	unsetenv("BTFKIT_SHADOW");
	execvp(s->stock, s->argv);
	pahole_say("BTFKIT_SHADOW %s: cannot be run: %s", s->stock, strerror(errno));
	return 127;
}

static int encode_ours(struct shadow *s)
{
	struct pahole_args a = s->args;

	alarm(LONGEST);
	a.detached = s->ours;
	a.verbose = false;
	a.quiet = true;
	/* as the stock one: with output of its own it makes no distilled base */
	if (s->args.detached)
		a.distill = false;
	return pahole_encode(&a, s->version, true);
}

/* ---- what the stock one is ---- */

/* the first line of "STOCK --version", as 131; 0: it does not say */
static int stock_version(const struct shadow *s)
{
	int fd[2], major = 0, minor = 0, status;
	char line[64] = "";
	ssize_t n;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC))
		return 0;
	pid = fork();
	if (!pid) {
		unwatch();
		unsetenv("BTFKIT_SHADOW");
		dup2(fd[1], STDOUT_FILENO);
		execlp(s->stock, "pahole", "--version", NULL);
		_exit(127);
	}
	close(fd[1]);
	n = pid < 0 ? 0 : read(fd[0], line, sizeof(line) - 1);
	close(fd[0]);
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (n <= 0 || sscanf(line, "v%d.%d", &major, &minor) != 2 || major != 1 || minor < 0 ||
	    minor > 99)
		return 0;
	return 100 + minor;
}

/* ---- comparing ---- */

struct compared {
	struct btf_diff_result all, data; /* data: without functions and tags */
	int equal, data_equal;		  /* < 0: no comparison */
	struct btf_report *report;
};

/* what a whole base or split is compared with: the part of that name on both sides */
static void compare_objects(struct compared *c, const struct btf *stock, const struct btf *ours)
{
	struct btf_diff_opts opts = {.sz = sizeof(opts), .max_findings = FINDINGS};
	struct btf_report *r = or_end(btf_report__new());

	c->equal = btf_diff__equal(stock, ours, &opts, &c->all, c->report);
	opts.ignore_kinds =
		1u << BTF_KIND_FUNC | 1u << BTF_KIND_FUNC_PROTO | 1u << BTF_KIND_DECL_TAG;
	c->data_equal = btf_diff__equal(stock, ours, &opts, &c->data, r);
	btf_report__free(r);
}

/* the first file that stock wrote to: what was built of several goes into the first with a unit */
static const char *stock_result(const struct shadow *s)
{
	return s->args.detached ? s->args.detached : s->args.file[0];
}

static void json_took(struct json *j, const char *key, const struct took *t)
{
	json_object(j, key);
	if (t->ran && WIFEXITED(t->status))
		json_number(j, "exit", WEXITSTATUS(t->status));
	if (t->ran && WIFSIGNALED(t->status))
		json_number(j, "signal", WTERMSIG(t->status));
	json_number(j, "wall_ms", (long long)(t->wall * 1e3));
	json_number(j, "cpu_ms", (long long)(t->cpu * 1e3));
	json_number(j, "rss_kib", t->rss);
	json_object_end(j);
}

static void json_compared(struct json *j, const struct compared *c)
{
	json_bool(j, "equal", c->equal > 0);
	json_bool(j, "data_equal", c->data_equal > 0);
	json_array(j, "types");
	json_number(j, NULL, c->all.types[0]);
	json_number(j, NULL, c->all.types[1]);
	json_array_end(j);
	json_array(j, "unmatched");
	json_number(j, NULL, c->all.unmatched[0]);
	json_number(j, NULL, c->all.unmatched[1]);
	json_array_end(j);
	json_findings(j, "findings", c->report);
}

/* one line, and one write of it: builds run many at once */
static void log_line(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0) {
		pahole_say("BTFKIT_SHADOW_LOG %s: %s", path, strerror(errno));
		return;
	}
	flock(fd, LOCK_EX);
	if (write(fd, text, len) != (ssize_t)len)
		pahole_say("BTFKIT_SHADOW_LOG %s: cannot be written", path);
	close(fd);
}

static void tell_json(const struct shadow *s, const struct compared *c, const char *why,
		      const char *path)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = or_end(open_memstream(&text, &len));
	struct json j = {.to = to};

	json_object(&j, NULL);
	json_string(&j, "schema", "btf-shadow/1");
	json_string(&j, "file", s->args.file[0]);
	json_string(&j, "stock", s->stock);
	json_number(&j, "version", s->version);
	json_took(&j, "stock_took", &s->theirs);
	json_took(&j, "btfkit_took", &s->mine);
	json_string(&j, "not_compared", why);
	if (!why)
		json_compared(&j, c);
	json_object_end(&j);
	json_line(&j);
	fclose(to);
	log_line(path, text, len);
	free(text);
}

static void tell_text(const struct shadow *s, const struct compared *c, const char *why)
{
	const char *file = s->args.file[0];

	pahole_say("shadow: %s: stock %.2f s, %ld MiB; btfkit %.2f s, %ld MiB", file, s->theirs.cpu,
		   s->theirs.rss >> 10, s->mine.cpu, s->mine.rss >> 10);
	if (why)
		pahole_say("shadow: %s: not compared: %s", file, why);
	else if (c->equal > 0)
		pahole_say("shadow: %s: equal: %u types", file, c->all.types[0]);
	else
		pahole_say("shadow: %s: different: %u of %u types of the stock one and %u of %u of "
			   "btfkit have no equal; data types are %s",
			   file, c->all.unmatched[0], c->all.types[0], c->all.unmatched[1],
			   c->all.types[1], c->data_equal > 0 ? "equal" : "different");
	if (!why && c->equal <= 0)
		say_report(c->report);
}

static void tell(const struct shadow *s, const struct compared *c, const char *why)
{
	const char *path = pahole_env("BTFKIT_SHADOW_LOG");

	if (path)
		tell_json(s, c, why, path);
	else
		tell_text(s, c, why);
}

/* the stock one's result has a distilled base: each is shown on its own, as it is */
static bool is_distilled(const char *path)
{
	struct btf_report *r = or_end(btf_report__new());
	struct btf_file *f = btf_file__open(path, NULL, r);
	size_t size;
	bool is = f && btf_file__section(f, ".BTF.base", &size, r);

	btf_file__close(f);
	btf_report__free(r);
	return is;
}

/* opens both and compares; NULL, or why that cannot be */
static const char *compare_files(struct shadow *s, struct compared *c)
{
	bool distilled = is_distilled(stock_result(s));
	const char *base_path = distilled ? s->ours_base : s->args.base;
	struct list paths = {.item = &base_path, .cnt = base_path != NULL};
	struct input stock = {0}, ours = {0};
	struct base base = {0};
	const char *why = NULL;

	if (base_open(&base, &paths, c->report))
		why = "the base cannot be read";
	else if (input_open(&stock, stock_result(s), distilled ? NULL : base_top(&base), c->report))
		why = "what the stock one wrote cannot be read";
	else if (input_open(&ours, s->ours, base_top(&base), c->report))
		why = "what btfkit wrote cannot be read";
	if (!why) {
		btf_report__clear(c->report);
		compare_objects(c, stock.btf, ours.btf);
		if (c->equal < 0 || c->data_equal < 0)
			why = "the comparison failed";
	}
	input_close(&stock);
	input_close(&ours);
	base_close(&base);
	return why;
}

static bool failed(const struct took *t)
{
	return !t->ran || !WIFEXITED(t->status) || WEXITSTATUS(t->status);
}

static int compare(struct shadow *s)
{
	struct compared c = {.all.sz = sizeof(c.all),
			     .data.sz = sizeof(c.data),
			     .report = or_end(btf_report__new())};
	const char *why = NULL;

	alarm(LONGEST);
	if (failed(&s->theirs))
		why = "the stock one failed";
	else if (failed(&s->mine))
		why = "btfkit failed";
	else if (access(s->ours, F_OK))
		why = "there is no DWARF";
	else
		why = compare_files(s, &c);
	tell(s, &c, why);
	btf_report__free(c.report);
	return 0;
}

/* ---- the run ---- */

/* NULL: without a private folder there is no shadow */
static bool make_folder(struct shadow *s)
{
	const char *tmp = pahole_env("TMPDIR");

	if (asprintf(&s->folder, "%s/btfkit-shadow.XXXXXX", tmp ? tmp : "/tmp") < 0)
		s->folder = or_end(NULL);
	if (strlen(s->folder) > sizeof(left_folder) - 32 || !mkdtemp(s->folder)) {
		pahole_say("shadow: no folder can be made in %s: %s; nothing is compared",
			   tmp ? tmp : "/tmp", strerror(errno));
		return false;
	}
	snprintf(left_folder, sizeof(left_folder), "%s", s->folder);
	snprintf(left_file, sizeof(left_file), "%s/btf", s->folder);
	snprintf(left_base, sizeof(left_base), "%s/btf.base", s->folder);
	s->ours = or_end(strdup(left_file));
	s->ours_base = or_end(strdup(left_base));
	return true;
}

/* what the stock one ended with is what we end with */
static int end_as(const struct took *t)
{
	if (!t->ran)
		return EXIT_FAILURE;
	if (WIFSIGNALED(t->status)) {
		signal(WTERMSIG(t->status), SIG_DFL);
		raise(WTERMSIG(t->status));
	}
	return WIFEXITED(t->status) ? WEXITSTATUS(t->status) : EXIT_FAILURE;
}

int shadow_run(const char *stock, int argc, char **argv)
{
	struct shadow s = {.stock = stock, .argc = argc, .argv = argv};
	char **copy = or_end(calloc((size_t)argc + 1, sizeof(*copy)));
	struct took told;

	/* getopt sorts what it is given */
	memcpy(copy, argv, (size_t)argc * sizeof(*copy));
	pahole_parse(&s.args, argc, copy, true);
	if (s.args.ask != PAHOLE_ENCODE) {
		free(copy);
		return exec_stock(&s);
	}
	s.version = pahole_env("BTFKIT_PAHOLE_VERSION") ? pahole_version() : stock_version(&s);
	if (s.version <= 0)
		s.version = 131;
	watch_the_end();
	if (make_folder(&s))
		s.mine = run(&s, encode_ours);
	s.theirs = run(&s, exec_stock);
	if (s.folder && *left_folder) {
		told = run(&s, compare);
		if (failed(&told))
			pahole_say("shadow: %s: the comparison failed", s.args.file[0]);
		tidy();
	}
	free(s.folder);
	free(s.ours);
	free(s.ours_base);
	free(copy);
	return end_as(&s.theirs);
}
