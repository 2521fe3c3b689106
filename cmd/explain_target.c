// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The kernel that shall load the modules: its BTF, its release, what of its configuration decides,
 * and where modules and other kernels are. In: the options; without -B and --image the running
 * kernel or, with --root, the only one below it. Out: a struct target that is only read afterwards.
 */
#include "explain.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <btf/btf.h>
#include <btf/load.h>

#define RUNNING "/sys/kernel/btf/vmlinux"
#define OLDEST_MAJOR 6 /* rules of kernels before 6.0 are not known */

bool target_path(const struct target *t, char *buf, size_t size, const char *fmt, ...)
{
	const char *root = t->args->root ? t->args->root : "";
	int len = snprintf(buf, size, "%s", root), more;
	va_list ap;

	if (len < 0 || (size_t)len >= size)
		return false;
	va_start(ap, fmt);
	more = vsnprintf(buf + len, size - (size_t)len, fmt, ap);
	va_end(ap);
	return more >= 0 && (size_t)more < size - (size_t)len;
}

void target_name(const struct target *t, char *buf, size_t size)
{
	if (*t->release)
		snprintf(buf, size, "%s", t->release);
	else
		snprintf(buf, size, "%u.%u", t->major, t->minor);
}

/* ---- modules and kernels by name ---- */

/* "/a/snd-x.ko.xz" is module snd_x */
static bool is_module(const char *path, size_t len, const char *name)
{
	const char *base = memrchr(path, '/', len);
	size_t i;

	if (base)
		len -= (size_t)(base + 1 - path);
	base = base ? base + 1 : path;
	for (i = 0; i < len && base[i] != '.' && name[i]; i++)
		if ((base[i] == '-' ? '_' : base[i]) != (name[i] == '-' ? '_' : name[i]))
			return false;
	return i < len && base[i] == '.' && !name[i] && len - i >= 3 && !memcmp(base + i, ".ko", 3);
}

/* lines "kernel/a/b.ko.xz: kernel/c.ko", relative to the folder, or absolute */
static char *find_in_dep(const char *folder, const char *name)
{
	char *line = NULL, *ret = NULL, path[4096 + 16];
	size_t cap = 0;
	ssize_t len;
	FILE *dep;

	snprintf(path, sizeof(path), "%s/modules.dep", folder);
	dep = fopen(path, "re");
	while (dep && !ret && (len = getline(&line, &cap, dep)) > 0) {
		char *colon = memchr(line, ':', (size_t)len);

		if (!colon || !is_module(line, (size_t)(colon - line), name))
			continue;
		*colon = 0;
		if (asprintf(&ret, *line == '/' ? "%.0s%s" : "%s/%s", folder, line) < 0)
			ret = NULL;
		if (ret && access(ret, R_OK)) {
			free(ret);
			ret = NULL;
		}
	}
	free(line);
	if (dep)
		fclose(dep);
	return ret;
}

static char *find_in_tree(char *folder, const char *name)
{
	char *paths[] = {folder, NULL}, *ret = NULL;
	FTS *tree = fts_open(paths, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;

	while (tree && !ret && (e = fts_read(tree)))
		if (e->fts_info == FTS_F && is_module(e->fts_path, e->fts_pathlen, name))
			ret = strdup(e->fts_path);
	if (tree)
		fts_close(tree);
	return ret;
}

char *target_find(const struct target *t, const char *release, const char *name)
{
	char folder[4096], *ret;

	if (!*release || !target_path(t, folder, sizeof(folder), "/lib/modules/%s", release))
		return NULL;
	ret = find_in_dep(folder, name);
	return ret ? ret : find_in_tree(folder, name);
}

char *target_kernel(const struct target *t, const char *release)
{
	static const char *const places[] = {
		"/boot/vmlinuz-%s",
		"/lib/modules/%s/vmlinuz",
		"/lib/modules/%s/build/vmlinux",
		"/usr/lib/debug/boot/vmlinux-%s",
		"/usr/lib/debug/lib/modules/%s/vmlinux",
	};
	char path[4096], tail[4096];

	if (strchr(release, '/'))
		return NULL;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *at = strstr(places[i], "%s");

		snprintf(tail, sizeof(tail), "%.*s%s%s", (int)(at - places[i]), places[i], release,
			 at + 2);
		if (target_path(t, path, sizeof(path), "%s", tail) && !access(path, R_OK))
			return strdup(path);
	}
	return NULL;
}

/* ---- which kernel ---- */

/* with --root: the only folder of /lib/modules; NULL after saying why */
static char *only_kernel(struct target *t)
{
	char folder[4096], release[128] = "", *ret = NULL;
	int cnt = 0;
	struct dirent *d;
	DIR *dir;

	if (!target_path(t, folder, sizeof(folder), "/lib/modules"))
		return NULL;
	dir = opendir(folder);
	if (!dir) {
		say_error("%s: %s", folder, strerror(errno));
		return NULL;
	}
	while ((d = readdir(dir)))
		if (*d->d_name != '.' && ++cnt == 1)
			snprintf(release, sizeof(release), "%.127s", d->d_name);
	closedir(dir);
	if (cnt == 1)
		ret = target_kernel(t, release);
	if (cnt == 1 && !ret)
		say_error("%s: no kernel %s with BTF there: give one with -B or --image",
			  t->args->root, release);
	else if (!ret)
		say_error("%s: %d kernels: say which one with -B or --image", folder, cnt);
	return ret;
}

static int choose_path(struct target *t, char **made)
{
	const struct explain_args *a = t->args;

	if (a->base && a->image)
		return say_usage("explain", "-B and --image exclude each other");
	t->path = a->base ? a->base : a->image;
	if (t->path)
		return 0;
	if (a->root) {
		*made = only_kernel(t);
		t->path = *made;
		return *made ? 0 : EXIT_TROUBLE;
	}
	t->path = RUNNING;
	t->this_machine = true;
	return 0;
}

static void find_release(struct target *t)
{
	const char *said = btf_file__info(t->file)->release;
	struct utsname u;

	if (!said && t->this_machine && !uname(&u)) {
		snprintf(t->release_buf, sizeof(t->release_buf), "%s", u.release);
		said = t->release_buf;
	}
	t->release = said ? said : "";
}

/* "6.12", "6.12.117-amd64" */
static bool parse_version(const char *s, bool whole, unsigned int *major, unsigned int *minor)
{
	int len = 0;

	return isdigit((unsigned char)*s) && sscanf(s, "%3u.%3u%n", major, minor, &len) == 2 &&
	       len && (!whole || !s[len]) && *major < 1000;
}

static int find_version(struct target *t)
{
	const char *asked = t->args->kernel;
	struct utsname u;

	if (asked) {
		if (parse_version(asked, true, &t->major, &t->minor) && t->major >= OLDEST_MAJOR)
			return 0;
		return say_usage("explain", "--kernel '%s': expected X.Y, from 6.0 on", asked);
	}
	if (*t->release && parse_version(t->release, false, &t->major, &t->minor)) {
		if (t->major >= OLDEST_MAJOR)
			return 0;
		return say_error(
			"kernel %s: rules of kernels before 6.0 are not known; --kernel 6.0 "
			"asks the oldest ones that are",
			t->release);
	}
	t->guessed = true;
	if (uname(&u) || !parse_version(u.release, false, &t->major, &t->minor) ||
	    t->major < OLDEST_MAJOR) {
		t->major = 6;
		t->minor = 12;
	}
	return 0;
}

/* ---- configuration ---- */

/* a line "NAME=y"; what is not set may be missing altogether */
static enum btf_answer setting(const char *text, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncmp(p, name, len) && p[len] == '=')
			return p[len + 1] == 'y' ? BTF_ANSWER_YES : BTF_ANSWER_NO;
	}
	return BTF_ANSWER_NO;
}

static bool take_config(struct target *t, const char *path, struct btf_report *r)
{
	char *text = btf_explain__config(path, NULL, r);

	if (!text)
		return false;
	t->mismatch = setting(text, "CONFIG_MODULE_ALLOW_BTF_MISMATCH");
	t->sig_force = setting(text, "CONFIG_MODULE_SIG_FORCE");
	snprintf(t->config, sizeof(t->config), "%s", path);
	free(text);
	return true;
}

static bool config_beside(struct target *t)
{
	const char *slash = strrchr(t->path, '/');
	char path[4096];

	snprintf(path, sizeof(path), "%.*sconfig-%s", slash ? (int)(slash + 1 - t->path) : 0,
		 t->path, t->release);
	if (!access(path, R_OK) && take_config(t, path, NULL))
		return true;
	if (target_path(t, path, sizeof(path), "/boot/config-%s", t->release) &&
	    !access(path, R_OK) && take_config(t, path, NULL))
		return true;
	return target_path(t, path, sizeof(path), "/lib/modules/%s/config", t->release) &&
	       !access(path, R_OK) && take_config(t, path, NULL);
}

static int find_config(struct target *t, struct btf_report *r)
{
	const char *asked = t->args->config;

	if (asked) {
		if (take_config(t, asked, r))
			return 0;
		say_report(r);
		return errno == ENODATA ? say_error("%s: holds no configuration of a kernel", asked)
					: EXIT_TROUBLE;
	}
	if (t->this_machine && take_config(t, "/proc/config.gz", NULL))
		return 0;
	if (*t->release && !strchr(t->release, '/') && config_beside(t))
		return 0;
	if (t->args->image)
		take_config(t, t->args->image, NULL);
	return 0;
}

static int read_symvers(struct target *t)
{
	const char *path = t->args->symvers;
	size_t cap = 0;
	FILE *in;

	if (!path)
		return 0;
	in = fopen(path, "re");
	if (!in)
		return say_error("%s: %s", path, strerror(errno));
	for (;;) {
		char *more = realloc(t->symvers, cap += 1u << 20);
		size_t got;

		if (!more) {
			fclose(in);
			return say_error("out of memory");
		}
		t->symvers = more;
		got = fread(more + t->symvers_size, 1, cap - t->symvers_size, in);
		t->symvers_size += got;
		if (t->symvers_size < cap)
			break;
	}
	if (ferror(in)) {
		fclose(in);
		return say_error("%s: %s", path, strerror(EIO));
	}
	fclose(in);
	return 0;
}

/* ---- all of it ---- */

static int open_btf(const char *path, struct btf_file **file, struct btf **btf,
		    struct btf_report *r)
{
	*file = btf_file__open(path, NULL, r);
	*btf = *file ? btf_load__section(*file, ".BTF", NULL, r) : NULL;
	return *btf ? 0 : EXIT_TROUBLE;
}

static int open_all(struct target *t, struct btf_report *r)
{
	int code = open_btf(t->path, &t->file, &t->btf, r);

	if (!code && t->args->built_on)
		code = open_btf(t->args->built_on, &t->built_file, &t->built_on, r);
	if (code) {
		say_report(r);
		return code;
	}
	find_release(t);
	code = find_version(t);
	if (!code)
		code = find_config(t, r);
	return code ? code : read_symvers(t);
}

int target_open(struct target *t, const struct explain_args *a)
{
	struct btf_report *r = btf_report__new();
	char *made = NULL;
	int code;

	*t = (struct target){.args = a, .release = ""};
	code = r ? choose_path(t, &made) : say_error("out of memory");
	if (!code)
		code = open_all(t, r);
	/* the file knows its path */
	if (t->file)
		t->path = btf_file__path(t->file);
	free(made);
	btf_report__free(r);
	return code;
}

void target_close(struct target *t)
{
	btf__free(t->btf);
	btf_file__close(t->file);
	btf__free(t->built_on);
	btf_file__close(t->built_file);
	free(t->symvers);
	*t = (struct target){0};
}
