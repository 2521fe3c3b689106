// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Folder -> the files below it, in one order on every machine. */
#include "folder.h"

#include <errno.h>
#include <fts.h>
#include <string.h>

#include "cmd.h"

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

int folder_files(char *path, int (*fn)(void *ctx, const char *path, const char *name), void *ctx)
{
	char *roots[] = {path, NULL};
	FTS *tree = fts_open(roots, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	int code = EXIT_OK;
	FTSENT *e;

	if (!tree)
		return say_error("%s: %s", path, strerror(errno));
	while (!code && (errno = 0, e = fts_read(tree))) {
		if (e->fts_info == FTS_F)
			code = fn(ctx, e->fts_path, e->fts_name);
		else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR)
			code = say_error("%s: %s", e->fts_path, strerror(e->fts_errno));
	}
	if (!code && errno)
		code = say_error("%s: %s", path, strerror(errno));
	fts_close(tree);
	return code;
}
