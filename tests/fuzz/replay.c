// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A main for fuzz targets where there is no libFuzzer: each file of the arguments, and each file
 * of the folders among them, once. So the corpus is a test of every build.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t ran;

static void run_file(const char *path, size_t size)
{
	/* exactly as many bytes as there are: a sanitizer sees what reads past them */
	uint8_t *data = malloc(size ? size : 1);
	FILE *f = fopen(path, "rb");

	if (!f || !data || fread(data, 1, size, f) != size) {
		fprintf(stderr, "replay: cannot read %s\n", path);
		exit(2);
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	ran++;
}

static void run_path(const char *path)
{
	struct stat st;
	struct dirent *e;
	char inner[4096];
	DIR *d;

	if (stat(path, &st)) {
		fprintf(stderr, "replay: cannot read %s\n", path);
		exit(2);
	}
	if (!S_ISDIR(st.st_mode)) {
		run_file(path, (size_t)st.st_size);
		return;
	}
	d = opendir(path);
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name);
		run_path(inner);
	}
	if (d)
		closedir(d);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run_path(argv[i]);
	printf("%zu inputs\n", ran);
	return ran ? 0 : 1;
}
