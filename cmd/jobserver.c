// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * make's jobserver: see jobserver.h.
 *
 * In: MAKEFLAGS: --jobserver-auth=R,W (two ends of a pipe, inherited; --jobserver-fds before make
 * 4.2) or --jobserver-auth=fifo:PATH (make 4.4). Out: bytes read from there, and written back.
 * Holds: a byte that was read is in held.token until it is written back, and signals that end the
 * process are blocked while that changes. The inherited pipe is opened anew, because O_NONBLOCK on
 * the inherited end would change it for make itself.
 */
#include "jobserver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_TOKENS 1024

static struct {
	int write_fd;
	int cnt; /* atomic */
	char token[MAX_TOKENS];
} held = {.write_fd = -1};

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};

/* ---- finding it ---- */

/* what stands behind the last --jobserver-auth= of MAKEFLAGS; caller frees; NULL: nothing */
static char *find_auth(void)
{
	static const char *const names[] = {"--jobserver-auth=", "--jobserver-fds="};
	const char *flags = getenv("MAKEFLAGS"), *found = NULL;

	for (size_t i = 0; flags && !found && i < 2; i++)
		for (const char *at = strstr(flags, names[i]); at; at = strstr(at, names[i])) {
			at += strlen(names[i]);
			found = at;
		}
	return found ? strndup(found, strcspn(found, " \t\n")) : NULL;
}

static bool is_pipe(int fd, struct stat *ret)
{
	return fd >= 0 && !fstat(fd, ret) && S_ISFIFO(ret->st_mode);
}

static bool can(int fd, int how)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && ((flags & O_ACCMODE) == how || (flags & O_ACCMODE) == O_RDWR);
}

/* "R,W": two descriptors that are still what make left there; *ret: a reading end of our own */
static bool open_pipe(const char *auth, int *ret)
{
	struct stat in, out;
	char path[64];
	int r, w, used = 0;

	if (sscanf(auth, "%d,%d%n", &r, &w, &used) != 2 || auth[used])
		return false;
	if (!is_pipe(r, &in) || !is_pipe(w, &out) || in.st_ino != out.st_ino ||
	    in.st_dev != out.st_dev || !can(r, O_RDONLY) || !can(w, O_WRONLY))
		return false;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", r);
	*ret = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (*ret < 0)
		return false;
	held.write_fd = w;
	return true;
}

/* "fifo:PATH", read and written by one descriptor */
static bool open_fifo(const char *path, int *ret)
{
	struct stat st;
	int fd;

	/* looked at first: opening a device may do something */
	if (stat(path, &st) || !S_ISFIFO(st.st_mode))
		return false;
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (!is_pipe(fd, &st)) {
		close(fd);
		return false;
	}
	held.write_fd = fd;
	*ret = fd;
	return true;
}

static bool open_jobserver(int *ret)
{
	char *auth = find_auth();
	bool ok = false;

	if (auth && !strncmp(auth, "fifo:", 5))
		ok = open_fifo(auth + 5, ret);
	else if (auth)
		ok = open_pipe(auth, ret);
	free(auth);
	return ok;
}

/* ---- tokens ---- */

static void block(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaddset(&set, ends[i]);
	pthread_sigmask(SIG_BLOCK, &set, old);
}

/*
 * Async-signal-safe, and two threads may be here at once, each for a signal of its own. There is
 * room, since the tokens were in there before.
 */
static void give_back(void)
{
	int n = __atomic_load_n(&held.cnt, __ATOMIC_RELAXED);

	while (n > 0) {
		if (!__atomic_compare_exchange_n(&held.cnt, &n, n - 1, false, __ATOMIC_ACQ_REL,
						 __ATOMIC_RELAXED))
			continue;
		while (write(held.write_fd, &held.token[n - 1], 1) < 0 && errno == EINTR)
			;
		n--;
	}
}

static void on_end(int sig)
{
	give_back();
	/* as it would have ended us: the handler is gone (SA_RESETHAND) */
	raise(sig);
}

void jobserver_give(void)
{
	sigset_t old;

	if (held.write_fd < 0)
		return;
	block(&old);
	give_back();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void watch_the_end(void)
{
	struct sigaction sa = {.sa_handler = on_end, .sa_flags = SA_RESETHAND}, old;

	atexit(jobserver_give);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (!sigaction(ends[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(ends[i], &sa, NULL);
	/* a make that is gone takes no tokens back */
	signal(SIGPIPE, SIG_IGN);
}

int jobserver_take(int wanted)
{
	sigset_t old;
	int fd;

	if (wanted <= 1 || !open_jobserver(&fd))
		return wanted;
	block(&old);
	watch_the_end();
	while (held.cnt + 1 < wanted && held.cnt < MAX_TOKENS &&
	       read(fd, &held.token[held.cnt], 1) == 1)
		held.cnt++;
	if (fd != held.write_fd)
		close(fd);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return held.cnt + 1;
}
