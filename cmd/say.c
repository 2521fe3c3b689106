// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* What people are told, all of it on standard error: usage errors and findings. */
#include "cmd.h"

#include <stdarg.h>
#include <stdlib.h>

int say_usage(const char *command, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "btf %s: ", command);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "; see 'btf %s --help'\n", command);
	return EXIT_TROUBLE;
}

int say_error(const char *fmt, ...)
{
	va_list ap;

	fputs("btf: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EXIT_TROUBLE;
}

/* `next` is the finding behind it: what to do is said once for a run of the same */
static void say_finding(const struct btf_finding *finding, const struct btf_finding *next)
{
	struct btf_finding one = *finding;
	const struct btf_finding *f = &one;
	char line[512], *big = NULL;
	int len;

	if (next && next->code == one.code && next->severity == one.severity)
		one.hint = NULL;
	len = btf_finding__format(f, line, sizeof(line));

	if (len >= (int)sizeof(line)) {
		big = malloc((size_t)len + 1);
		if (big)
			btf_finding__format(f, big, (size_t)len + 1);
	}
	fprintf(stderr, "%s\n", big ? big : line);
	free(big);
}

int say_findings(const struct btf_report *r, size_t from)
{
	size_t cnt = btf_report__count(r);
	int worst = -1;

	for (size_t i = from; i < cnt; i++) {
		const struct btf_finding *f = btf_report__get(r, i);

		say_finding(f, btf_report__get(r, i + 1));
		if ((int)f->severity > worst)
			worst = (int)f->severity;
	}
	return worst;
}

int say_report(const struct btf_report *r)
{
	return say_findings(r, 0);
}

void *or_end(void *p)
{
	if (p)
		return p;
	say_error("out of memory");
	exit(EXIT_TROUBLE);
}
