// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * One save, for scripts that look at what it does to the file system:
 *
 *	save_one [-f] [-b] [-s] [-o OUT] FILE {SECTION=DATAFILE | SECTION=}...
 *	save_one [-f] [-b] -w OUT DATAFILE
 *
 * Sets or removes sections of FILE, or writes DATAFILE's bytes to OUT. -f: fsync (off by default),
 * -b: break hard links, -s: strip the signature. Exit 0, or 1 with the findings.
 */
#include <btf/file.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int finish(struct btf_report *r, int err)
{
	char line[1024];
	size_t i;

	for (i = 0; i < btf_report__count(r); i++) {
		btf_finding__format(btf_report__get(r, i), line, sizeof(line));
		fprintf(stderr, "%s\n", line);
	}
	btf_report__free(r);
	return err ? 1 : 0;
}

static void *slurp(const char *path, size_t *ret_size)
{
	FILE *in = fopen(path, "rb");
	char *data = NULL;
	long size;

	if (!in || fseek(in, 0, SEEK_END) || (size = ftell(in)) < 0 || fseek(in, 0, SEEK_SET)) {
		perror(path);
		exit(2);
	}
	data = malloc((size_t)size + 1);
	if (!data || fread(data, 1, (size_t)size, in) != (size_t)size) {
		perror(path);
		exit(2);
	}
	fclose(in);
	*ret_size = (size_t)size;
	return data;
}

static int change(const char *path, const char *out, char **arg, int cnt,
		  const struct btf_save_opts *opts, struct btf_report *r)
{
	struct btf_file_change *changes = calloc((size_t)cnt + 1, sizeof(*changes));
	struct btf_file *f = btf_file__open(path, NULL, r);
	int i, err;

	for (i = 0; changes && i < cnt; i++) {
		char *equals = strchr(arg[i], '=');

		if (!equals)
			exit(2);
		*equals = 0;
		changes[i].name = arg[i];
		if (equals[1])
			changes[i].data = slurp(equals + 1, &changes[i].size);
	}
	err = f && changes ? btf_file__save(f, out, changes, (size_t)cnt, opts, r) : -errno;
	btf_file__close(f);
	for (i = 0; changes && i < cnt; i++)
		free((void *)(size_t)changes[i].data);
	free(changes);
	return err;
}

int main(int argc, char **argv)
{
	struct btf_save_opts opts = {.sz = sizeof(opts), .no_fsync = true};
	struct btf_report *r = btf_report__new();
	const char *out = NULL, *raw = NULL;
	size_t size;
	void *data;
	int c, err;

	while ((c = getopt(argc, argv, "fbso:w:")) != -1) {
		switch (c) {
		case 'f':
			opts.no_fsync = false;
			break;
		case 'b':
			opts.break_hardlinks = true;
			break;
		case 's':
			opts.strip_signature = true;
			break;
		case 'o':
			out = optarg;
			break;
		case 'w':
			raw = optarg;
			break;
		default:
			return 2;
		}
	}
	if (optind == argc)
		return 2;
	if (!raw)
		return finish(r, change(argv[optind], out, argv + optind + 1, argc - optind - 1,
					&opts, r));
	data = slurp(argv[optind], &size);
	err = btf_file__write(raw, data, size, &opts, r);
	free(data);
	return finish(r, err);
}
