// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * spawn NAME COMMAND ARGUMENT...: runs a command with its standard output in /dev/null and prints
 * "NAME CPU WALL", both in microseconds: user and system time of the process and of those that it
 * waited for, and the time from before it is started until it is gone. Then "NAME-user USER", the
 * user time of that, and "NAME-rss KILOBYTES", the most memory that one of them had. Fails where the
 * command fails.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}

static long long micro(struct timeval t)
{
	return t.tv_sec * 1000000ll + t.tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage use;
	long long start;
	int status;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: spawn NAME COMMAND ARGUMENT...\n");
		return 2;
	}
	start = now();
	pid = vfork();
	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
			_exit(127);
		close(null);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) != pid) {
		perror("spawn");
		return 2;
	}
	start = now() - start;
	if (status) {
		fprintf(stderr, "spawn: %s: status %#x\n", argv[2], (unsigned int)status);
		return 1;
	}
	printf("%s %lld %lld\n", argv[1], micro(use.ru_utime) + micro(use.ru_stime), start);
	printf("%s-user %lld\n%s-rss %ld\n", argv[1], micro(use.ru_utime), argv[1], use.ru_maxrss);
	return 0;
}
