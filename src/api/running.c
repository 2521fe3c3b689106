// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * <btf/running.h>: what the running kernel holds.
 *
 * Objects come and go while they are listed: an id that was announced may be gone when it is asked
 * for, which is no error, and ids are never used twice in a row. Users of a BTF are collected
 * first, in one pass over all programs and maps, so that the whole list takes a number of calls in
 * proportion to what there is.
 */
#include <btf/running.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/api.h"
#include "io/kernel.h"

/* ---- refusals ---- */

static const char *const kind_words[] = {
	[KERNEL_PROG] = "program", [KERNEL_MAP] = "map", [KERNEL_BTF] = "BTF"};
static const char *const kind_lists[] = {
	[KERNEL_PROG] = "programs", [KERNEL_MAP] = "maps", [KERNEL_BTF] = "BTF objects"};

/* err is negative and returned; what: "listing", "reading" */
static int refused(struct btf_report *r, int err, const char *what, enum kernel_kind kind, u32 id)
{
	char which[48];

	if (id)
		snprintf(which, sizeof(which), "%s id %u", kind_words[kind], id);
	else
		snprintf(which, sizeof(which), "%s", kind_lists[kind]);
	switch (err) {
	case -EPERM:
	case -EACCES:
		return report_errno(r, BTF_CODE_KERNEL_PRIVILEGE, -err, NULL,
				    "bpf(2) does not allow %s %s", what, which);
	case -ENOSYS:
		return report_errno(r, BTF_CODE_KERNEL_REFUSED, -err, NULL,
				    "this kernel, or what filters its system calls, has no bpf(2)");
	case -ENOENT:
		return report_error(r, BTF_CODE_KERNEL_NONE, NULL, BTF_NO_VALUE, BTF_NO_VALUE,
				    "there is no %s", which);
	case -ENOMEM:
		return report_nomem(r);
	}
	return report_errno(r, BTF_CODE_KERNEL_REFUSED, -err, NULL, "%s %s: %s", what, which,
			    strerror(-err));
}

/* ---- users of BTF ---- */

struct use {
	u32 btf_id, id;
};

struct uses {
	struct buf list; /* struct use */
	struct buf ids;	 /* u32: the same without btf_id */
	size_t cnt;
};

static int by_btf(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	if (x->btf_id != y->btf_id)
		return x->btf_id < y->btf_id ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void uses_deinit(struct uses *u)
{
	buf_deinit(&u->list);
	buf_deinit(&u->ids);
}

/* information about an id; -ENOENT: gone */
static int user_by_id(enum kernel_kind kind, u32 id, struct kernel_user *ret)
{
	int fd = kernel_fd(kind, id), err;

	if (fd < 0)
		return fd;
	err = kernel_user_info(kind, fd, ret);
	close(fd);
	return err;
}

static int uses_collect(struct uses *u, enum kernel_kind kind, struct btf_report *r)
{
	struct kernel_user user;
	u32 id = 0;
	int err;

	while (!(err = kernel_next(kind, id, &id))) {
		struct use use;

		err = user_by_id(kind, id, &user);
		if (err == -ENOENT)
			continue;
		if (err)
			return refused(r, err, "reading", kind, id);
		use = (struct use){user.btf_id, id};
		if (user.btf_id && buf_add(&u->list, &use, sizeof(use)))
			return report_nomem(r);
		u->cnt += user.btf_id != 0;
	}
	if (err != -ENOENT)
		return refused(r, err, "listing", kind, 0);
	if (u->cnt)
		qsort(u->list.data, u->cnt, sizeof(struct use), by_btf);
	for (size_t i = 0; i < u->cnt; i++) {
		const struct use *use = (const struct use *)(const void *)u->list.data + i;

		if (buf_add(&u->ids, &use->id, sizeof(use->id)))
			return report_nomem(r);
	}
	return 0;
}

/* those of one BTF; *at goes on from the last, as objects are asked in ascending order */
static const u32 *uses_of(const struct uses *u, u32 btf_id, size_t *at, size_t *ret_cnt)
{
	const struct use *use = (const struct use *)(const void *)u->list.data;
	size_t first;

	while (*at < u->cnt && use[*at].btf_id < btf_id)
		++*at;
	first = *at;
	while (*at < u->cnt && use[*at].btf_id == btf_id)
		++*at;
	*ret_cnt = *at - first;
	return *ret_cnt ? (const u32 *)(const void *)u->ids.data + first : NULL;
}

/* ---- the list ---- */

static int info_by_id(u32 id, struct kernel_btf_info *ret)
{
	int fd = kernel_fd(KERNEL_BTF, id), err;

	if (fd < 0)
		return fd;
	err = kernel_btf_info(fd, ret);
	close(fd);
	return err;
}

static int each(int (*fn)(void *ctx, const struct btf_running_object *o), void *ctx,
		const struct uses *progs, const struct uses *maps, struct btf_report *r)
{
	size_t prog = 0, map = 0;
	u32 id = 0;
	int err;

	while (!(err = kernel_next(KERNEL_BTF, id, &id))) {
		struct btf_running_object o = {.id = id};
		struct kernel_btf_info info;

		err = info_by_id(id, &info);
		if (err == -ENOENT)
			continue;
		if (err)
			return api_ret(refused(r, err, "reading", KERNEL_BTF, id));
		o.size = info.size;
		o.name = info.name;
		o.kernel = info.in_kernel;
		o.progs = uses_of(progs, id, &prog, &o.prog_cnt);
		o.maps = uses_of(maps, id, &map, &o.map_cnt);
		err = fn(ctx, &o);
		if (err)
			return err;
	}
	return err == -ENOENT ? 0 : api_ret(refused(r, err, "listing", KERNEL_BTF, 0));
}

int btf_running__each(int (*fn)(void *ctx, const struct btf_running_object *o), void *ctx,
		      struct btf_report *r)
{
	struct uses progs = {0}, maps = {0};
	int err;

	if (!fn)
		return api_ret(-EINVAL);
	err = uses_collect(&progs, KERNEL_PROG, r);
	if (!err)
		err = uses_collect(&maps, KERNEL_MAP, r);
	err = err ? api_ret(err) : each(fn, ctx, &progs, &maps, r);
	uses_deinit(&progs);
	uses_deinit(&maps);
	return err;
}

/* ---- programs and maps by what people call them ---- */

enum by { BY_ID, BY_NAME, BY_TAG, BY_PIN };

struct handle {
	enum by by;
	const char *text;
	u32 id;
	u8 tag[8];
};

static bool parse_id(const char *s, u32 *ret)
{
	char *end;
	unsigned long v;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	v = strtoul(s, &end, 10);
	*ret = (u32)v;
	return !*end && !errno && v <= UINT32_MAX;
}

static bool parse_tag(const char *s, u8 tag[8])
{
	if (strspn(s, "0123456789abcdefABCDEF") != 16 || s[16])
		return false;
	for (int i = 0; i < 8; i++) {
		char byte[3] = {s[2 * i], s[2 * i + 1], 0};

		tag[i] = (u8)strtoul(byte, NULL, 16);
	}
	return true;
}

static bool parse_handle(struct handle *h, const char *which)
{
	static const char *const words[] = {
		[BY_ID] = "id:", [BY_NAME] = "name:", [BY_TAG] = "tag:", [BY_PIN] = "pinned:"};

	*h = (struct handle){.by = BY_NAME, .text = which};
	if (strchr(which, '/'))
		h->by = BY_PIN;
	else if (parse_id(which, &h->id))
		h->by = BY_ID;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);

		if (strncmp(which, words[i], len))
			continue;
		h->by = (enum by)i;
		h->text = which + len;
	}
	if (h->by == BY_ID)
		return parse_id(h->text, &h->id);
	if (h->by == BY_TAG)
		return parse_tag(h->text, h->tag);
	return *h->text;
}

static int find_pinned(enum kernel_kind kind, const char *path, struct kernel_user *ret,
		       struct btf_report *r)
{
	struct place at = {.file = path};
	int fd = kernel_pinned_fd(path), err;

	if (fd == -EPERM || fd == -EACCES)
		return report_errno(r, BTF_CODE_KERNEL_PRIVILEGE, -fd, &at,
				    "getting what is pinned there is not allowed");
	if (fd < 0)
		return report_errno(r, BTF_CODE_KERNEL_NONE, -fd, &at,
				    "nothing is pinned there: %s", strerror(-fd));
	err = kernel_user_info(kind, fd, ret);
	close(fd);
	if (err == -EINVAL)
		return report_errno(r, BTF_CODE_KERNEL_NONE, EINVAL, &at,
				    "what is pinned there is no %s", kind_words[kind]);
	return err ? refused(r, err, "reading", kind, 0) : 0;
}

/* the kernel keeps the first 15 bytes of a name */
static bool is_meant(const struct handle *h, const struct kernel_user *u)
{
	if (h->by == BY_TAG)
		return !memcmp(h->tag, u->tag, sizeof(h->tag));
	return !strncmp(h->text, u->name, sizeof(u->name) - 1);
}

static int find_among(enum kernel_kind kind, const struct handle *h, struct kernel_user *ret,
		      struct btf_report *r)
{
	struct kernel_user user;
	u32 id = 0, found = 0;
	int err;

	while (!(err = kernel_next(kind, id, &id))) {
		err = user_by_id(kind, id, &user);
		if (err == -ENOENT)
			continue;
		if (err)
			return refused(r, err, "reading", kind, id);
		if (!is_meant(h, &user))
			continue;
		if (found)
			return report_error(r, BTF_CODE_KERNEL_SEVERAL, NULL, BTF_NO_VALUE,
					    BTF_NO_VALUE,
					    "several %ss are called '%s', ids %u and %u among them",
					    kind_words[kind], h->text, found, id);
		found = id;
		*ret = user;
	}
	if (err != -ENOENT)
		return refused(r, err, "listing", kind, 0);
	return found ? 0
		     : report_error(r, BTF_CODE_KERNEL_NONE, NULL, BTF_NO_VALUE, BTF_NO_VALUE,
				    "no %s is called '%s'", kind_words[kind], h->text);
}

int btf_running__find(enum btf_running_kind kind, const char *which, struct btf_running_user *ret,
		      struct btf_report *r)
{
	enum kernel_kind k = kind == BTF_RUNNING_PROG ? KERNEL_PROG : KERNEL_MAP;
	struct btf_running_user out = {0};
	struct kernel_user user;
	struct handle h;
	size_t sz;
	int err;

	if (!which || !ret || ret->sz < sizeof(ret->sz) ||
	    (kind != BTF_RUNNING_PROG && kind != BTF_RUNNING_MAP))
		return api_ret(-EINVAL);
	if (!parse_handle(&h, which) || (h.by == BY_TAG && k == KERNEL_MAP))
		return api_ret(
			report_errno(r, BTF_CODE_KERNEL_HANDLE, EINVAL, NULL, "'%s'", which));
	if (h.by == BY_PIN) {
		err = find_pinned(k, h.text, &user, r);
	} else if (h.by == BY_ID) {
		err = user_by_id(k, h.id, &user);
		if (err)
			err = refused(r, err, "reading", k, h.id);
	} else {
		err = find_among(k, &h, &user, r);
	}
	if (err)
		return api_ret(err);
	out.id = user.id;
	out.btf_id = user.btf_id;
	out.key_type = user.key_type;
	out.value_type = user.value_type;
	memcpy(out.name, user.name, sizeof(out.name));
	sz = out.sz = ret->sz;
	memcpy(ret, &out, min_of(sz, sizeof(out)));
	return 0;
}

/* ---- objects by id ---- */

static int read_bytes(u32 id, struct kernel_btf_info *info, struct buf *data, struct btf_report *r)
{
	int fd = kernel_fd(KERNEL_BTF, id), err;

	if (fd < 0)
		return refused(r, fd, "reading", KERNEL_BTF, id);
	err = kernel_btf_info(fd, info);
	if (!err)
		err = kernel_btf_read(fd, data);
	close(fd);
	if (!err)
		return 0;
	buf_deinit(data);
	return refused(r, err, "reading", KERNEL_BTF, id);
}

/* the id of the kernel's own; negative errno */
static int find_vmlinux(u32 *ret, struct btf_report *r)
{
	struct kernel_btf_info info;
	u32 id = 0;
	int err;

	while (!(err = kernel_next(KERNEL_BTF, id, &id))) {
		err = info_by_id(id, &info);
		if (err && err != -ENOENT)
			return refused(r, err, "reading", KERNEL_BTF, id);
		if (err || !info.in_kernel || strcmp(info.name, "vmlinux"))
			continue;
		*ret = id;
		return 0;
	}
	if (err != -ENOENT)
		return refused(r, err, "listing", KERNEL_BTF, 0);
	return report_error(r, BTF_CODE_KERNEL_NONE, NULL, BTF_NO_VALUE, BTF_NO_VALUE,
			    "the running kernel has no BTF of its own");
}

static int load(u32 id, struct btf *base, struct btf **ret, struct btf_report *r)
{
	struct kernel_btf_info info;
	struct buf data = {0};
	struct btf *own = NULL;
	bool split;
	u32 base_id = 0;
	int err;

	err = read_bytes(id, &info, &data, r);
	if (err)
		return err;
	split = info.in_kernel && strcmp(info.name, "vmlinux");
	if (split && !base) {
		err = find_vmlinux(&base_id, r);
		if (!err)
			err = load(base_id, NULL, &own, r);
		if (err) {
			buf_deinit(&data);
			return err;
		}
		base = own;
	}
	err = object_parse(data.data, data.len, split ? base : NULL, OBJECT_ADOPT, r, ret);
	if (err)
		object_free(own);
	else if (own)
		(*ret)->owns_base = true;
	return err;
}

struct btf *btf_running__load(__u32 id, struct btf *base, struct btf_report *r)
{
	struct btf *b;
	int err;

	if (!api_base_ok(base))
		return api_null(-EINVAL);
	err = load(id, base, &b, r);
	return err ? api_null(err) : b;
}
