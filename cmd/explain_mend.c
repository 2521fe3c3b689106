// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What mends a module, as commands to paste. In: an explanation, the kernel that shall load the
 * module. Out: commands in the order in which they are to be run. A command that changes the file
 * is only named where it was tried in memory and its result would load.
 */
#include "explain.h"

#include <ctype.h>
#include <glob.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void __attribute__((format(printf, 3, 4)))
add(struct item *item, const char *why, const char *fmt, ...)
{
	struct mend *m = &item->mend[item->mend_cnt];
	va_list ap;

	if (item->mend_cnt == MAX_MENDS)
		return;
	va_start(ap, fmt);
	if (vasprintf(&m->command, fmt, ap) < 0)
		m->command = NULL;
	va_end(ap);
	m->why = why;
	item->mend_cnt += m->command != NULL;
}

/* as a shell takes it for one word; NULL: out of memory */
static char *quote(const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-+=.,:@%/";
	char *ret, *to;

	if (*s && *s != '-' && !s[strspn(s, plain)])
		return or_end(strdup(s));
	ret = or_end(malloc(strlen(s) * 4 + 5));
	to = ret;
	/* an option is none behind a folder */
	if (*s == '-')
		to = stpcpy(to, "./");
	*to++ = '\'';
	for (; *s; s++) {
		if (*s == '\'')
			to = stpcpy(to, "'\\''");
		else
			*to++ = *s;
	}
	*to++ = '\'';
	*to = 0;
	return ret;
}

/* "modinfo -F intree" */
static bool in_tree(struct btf_file *f)
{
	size_t size, len;
	const char *p = btf_file__section(f, ".modinfo", &size, NULL);

	for (const char *end = p ? p + size : p; p < end; p += len + 1) {
		len = strnlen(p, (size_t)(end - p));
		if (len == 8 && !memcmp(p, "intree=Y", 8))
			return true;
	}
	return false;
}

/* which of the programs that make an initramfs is there; "" none that we know */
static void initramfs(struct item *item, const struct target *t, const char *why)
{
	static const struct {
		const char *program, *command;
	} makers[] = {
		{"/usr/sbin/update-initramfs", "update-initramfs -u -k %s"},
		{"/usr/bin/dracut", "dracut --force --kver %s"},
		{"/usr/bin/mkinitcpio", "mkinitcpio -P"},
	};
	char path[4096], command[256];
	size_t i, cnt = sizeof(makers) / sizeof(makers[0]);
	char *release = quote(t->release), *root = t->args->root ? quote(t->args->root) : NULL;
	const char *at;

	for (i = 0; i < cnt; i++)
		if (target_path(t, path, sizeof(path), "%s", makers[i].program) &&
		    !access(path, X_OK))
			break;
	i = i == cnt ? 0 : i;
	at = strstr(makers[i].command, "%s");
	if (release && *t->release) {
		snprintf(command, sizeof(command), "%.*s%s",
			 (int)(at ? (size_t)(at - makers[i].command) : strlen(makers[i].command)),
			 makers[i].command, at ? release : "");
		add(item, why, "%s%s%s%s", root ? "chroot " : "", root ? root : "", root ? " " : "",
		    command);
	}
	free(release);
	free(root);
}

/* one that is looked for at boot may stand in the initramfs too */
static bool is_installed(const struct item *item, const struct target *t)
{
	char folder[4096];

	return *t->release &&
	       target_path(t, folder, sizeof(folder), "/lib/modules/%s/", t->release) &&
	       !strncmp(item->path, folder, strlen(folder));
}

/* the file of that name that belongs to the kernel; NULL: there is none but this one */
static char *own_module(const struct item *item, const struct target *t)
{
	const char *name = btf_file__info(item->file)->module;
	char *path = name ? target_find(t, t->release, name) : NULL;

	if (path && !strcmp(path, item->path)) {
		free(path);
		return NULL;
	}
	return path;
}

static void reinstall(struct item *item, const struct target *t, const char *release)
{
	static const char why[] =
		"it belongs to the kernel: install the package of that kernel again";
	char path[4096];

	if (!release)
		return;
	if (target_path(t, path, sizeof(path), "/usr/bin/dnf") && !access(path, X_OK))
		add(item, why, "dnf reinstall 'kernel*-'%s", release);
	else
		add(item, why, "apt-get install --reinstall linux-image-%s", release);
}

/* files may have '-' where modules have '_'; false: this is no module's name */
static bool name_pattern(const char *name, char *to, size_t size)
{
	size_t len = 0;

	for (; name && *name; name++) {
		bool dash = *name == '_' || *name == '-';

		if (len + 5 > size || (!dash && !isalnum((unsigned char)*name)))
			return false;
		if (dash)
			len += (size_t)sprintf(to + len, "[-_]");
		else
			to[len++] = *name;
	}
	to[len] = 0;
	return len != 0;
}

/* the quoted folder that the path begins with */
static char *first_folder(const char *path)
{
	char *name = strndup(path, strcspn(path, "/")), *quoted = quote(or_end(name));

	free(name);
	return quoted;
}

/*
 * Of the package that DKMS built it from: /var/lib/dkms/PACKAGE/VERSION/KERNEL/ARCH/module/NAME.ko;
 * false: DKMS knows no module of that name.
 */
static bool rebuild_dkms(struct item *item, const struct target *t, const char *release)
{
	char path[4096], name[256], *package, *version;
	const char *rest;
	size_t root;
	glob_t found;

	if (!name_pattern(btf_file__info(item->file)->module, name, sizeof(name)) ||
	    !target_path(t, path, sizeof(path), "/var/lib/dkms/"))
		return false;
	root = strlen(path);
	if (!target_path(t, path, sizeof(path), "/var/lib/dkms/*/*/*/*/module/%s.ko*", name) ||
	    glob(path, 0, NULL, &found))
		return false;
	rest = found.gl_pathv[0] + root;
	package = first_folder(rest);
	version = first_folder(strchr(rest, '/') + 1);
	globfree(&found);
	if (package && version) {
		add(item, "DKMS built it: build it again", "dkms build --force -m %s -v %s -k %s",
		    package, version, release);
		add(item, "and put it in place", "dkms install --force -m %s -v %s -k %s", package,
		    version, release);
	}
	free(package);
	free(version);
	return true;
}

static void rebuild(struct item *item, const struct target *t, const char *base)
{
	char *release = *t->release ? quote(t->release) : strdup("$(uname -r)");
	char path[4096];

	if (item->in_tree) {
		reinstall(item, t, release);
	} else if (release && rebuild_dkms(item, t, release)) {
		if (is_installed(item, t))
			initramfs(item, t, "so that the initramfs has it too");
	} else if (release) {
		if (item->status == STATUS_WITHOUT && *t->release &&
		    target_path(t, path, sizeof(path), "/lib/modules/%s/build/vmlinux",
				t->release) &&
		    access(path, F_OK))
			add(item, "a build makes BTF for modules only where this file is",
			    "btf extract -o %s %s", path, base);
		add(item, "build it for this kernel, in the folder of its source",
		    "make -C %s/lib/modules/%s/build M=\"$PWD\" modules",
		    t->args->root ? t->args->root : "", release);
	}
	free(release);
}

/* an old copy of what this kernel has: that one is to be loaded, and nothing is to be changed */
static bool replace(struct item *item, const struct target *t, const char *base)
{
	char *own = item->in_tree ? own_module(item, t) : NULL, *path = own ? quote(own) : NULL;
	bool is = path != NULL;

	if (is) {
		add(item, "this kernel has its own one of that name: is that right?",
		    "btf explain -B %s %s", base, path);
		initramfs(item, t, "if the old one was loaded out of the initramfs");
	}
	free(own);
	free(path);
	return is;
}

static bool change(struct item *item, const struct target *t, const char *base, const char *path)
{
	const struct btf_explain_info *info = btf_explain__info(item->e);
	bool is_signed = btf_file__info(item->file)->is_signed;
	const char *strip = is_signed ? " --strip-signature" : "";
	const char *on = item->built_path ? item->built_path : t->args->built_on;
	char *built = on ? quote(on) : NULL;
	size_t before = item->mend_cnt;

	if (item->status == STATUS_UNLOADABLE || info->layout_differs == BTF_ANSWER_YES ||
	    info->crcs_differ == BTF_ANSWER_YES) {
		free(built);
		return false;
	}
	if (info->sound_fits == BTF_ANSWER_YES)
		add(item, "puts its types onto this kernel's, for good",
		    "btf relocate --in-place%s -B %s %s", strip, base, path);
	else if (info->distill_fits == BTF_ANSWER_YES && built)
		add(item, "gives it a base of its own, which this kernel and later ones relocate",
		    "btf distill --in-place%s -B %s %s", strip, built, path);
	else if (info->encode_fits == BTF_ANSWER_YES)
		add(item, "makes its BTF anew, of its debug information",
		    "btf encode --in-place%s -B %s %s", strip, base, path);
	free(built);
	if (item->mend_cnt == before)
		return false;
	if (is_signed && t->sig_force == BTF_ANSWER_YES)
		add(item,
		    "its signature went, and this kernel wants one: sign it with your own key",
		    "/lib/modules/%s/build/scripts/sign-file sha256 KEY.pem CERT.x509 %s",
		    t->release, path);
	if (is_installed(item, t))
		initramfs(item, t, "so that the initramfs has it too");
	return true;
}

void mend_find(struct item *item, const struct target *t)
{
	char *base = quote(t->path), *path = quote(item->path);

	item->in_tree = in_tree(item->file);
	if (base && path && item->status != STATUS_LOADS && !replace(item, t, base) &&
	    !change(item, t, base, path))
		rebuild(item, t, base);
	if (item->status == STATUS_LOADS && t->this_machine && is_installed(item, t))
		initramfs(item, t,
			  "if the kernel refused it all the same, it loaded another file: that of "
			  "the initramfs");
	free(base);
	free(path);
}

void mend_free(struct item *item)
{
	for (size_t i = 0; i < item->mend_cnt; i++)
		free(item->mend[i].command);
	item->mend_cnt = 0;
}
