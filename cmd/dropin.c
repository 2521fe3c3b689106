// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Where the drop-in programs are: see dropin.h. In: environment, /proc. Out: a path. */
#include "dropin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BESIDE "../libexec/btfkit"

/* <folder of the binary>/../libexec/btfkit, if it is there: installed anywhere, or just built */
static char *beside_binary(void)
{
	char *exe = realpath("/proc/self/exe", NULL), *slash = exe ? strrchr(exe, '/') : NULL;
	char *path = NULL, *real = NULL;

	if (slash && asprintf(&path, "%.*s" BESIDE "/pahole", (int)(slash + 1 - exe), exe) > 0 &&
	    !access(path, X_OK)) {
		*strrchr(path, '/') = 0;
		real = realpath(path, NULL);
	}
	free(path);
	free(exe);
	return real;
}

char *dropin_folder(void)
{
	const char *env = getenv("BTFKIT_EXEC_PATH");
	char *found;

	if (env && *env)
		return strdup(env);
	found = beside_binary();
	return found ? found : strdup(BTFKIT_EXEC_PATH);
}
