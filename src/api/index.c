// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The exported names of <btf/base_index.h>. Joins io (the folder), and btf, pass and encode, which
 * derive tables from a base and know how to take them back.
 *
 * What is made is written and used by the next process; this one goes on with what it has.
 */
#include <btf/base_index.h>
#include <btf/load.h>

#include <stdlib.h>
#include <sys/mman.h>

#include "api/api.h"
#include "btf/index.h"
#include "encode/base.h"
#include "io/shelf.h"
#include "pass/dedup.h"

#define KEEP 8 /* files: bases that somebody is at work on */

static void warn(const struct shelf *s, const char *name, const char *what, struct btf_report *r)
{
	report_warning(r, BTF_CODE_INDEX_FILE, &(struct place){.file = s->path}, BTF_NO_VALUE,
		       BTF_NO_VALUE, "%s %s", name, what);
}

/* the right file, mapped, and known to be what was written. 1, or 0: there is none of any use */
static int find(const struct shelf *s, const char *name, const struct kept_key *key,
		struct kept *ret, struct btf_report *r)
{
	struct shelf_file file;
	const char *wrong;
	int err = shelf_map(s, name, &file);

	if (err == -ENOENT)
		return 0;
	if (err) {
		warn(s, name,
		     err == -EPERM ? "is not used: others may write to it"
				   : "is not used: it is no file that can be mapped",
		     r);
		return 0;
	}
	wrong = kept_open(file.data, file.size, key, ret);
	if (!wrong) {
		ret->map = file.data;
		ret->map_len = file.size;
		return 1;
	}
	munmap(file.data, file.size);
	warn(s, name, wrong, r);
	return 0;
}

/* From here on b has the tables, and k; or neither. 0, -ENOMEM, -EINVAL: there are lies in it */
static int take(struct btf *b, struct kept *k)
{
	struct base_index probe = {.btf = b};
	int err = k->types == object_type_cnt(b) && k->strs == b->strs_len ? 0 : -EINVAL;

	if (!err)
		err = base_index_take(&probe, k);
	if (!err)
		err = dedup_take(b, k);
	if (!err)
		err = index_take(b, k);
	if (err) {
		/* what was taken is in memory that is about to go */
		object_drop_tables(b);
		return err;
	}
	b->kept = malloc(sizeof(*k));
	if (!b->kept) {
		object_drop_tables(b);
		return -ENOMEM;
	}
	*b->kept = *k;
	return 0;
}

static void drop(struct kept *k)
{
	if (k->map)
		munmap(k->map, k->map_len);
	*k = (struct kept){.map = NULL};
}

/* all tables of b as bytes; those of btf and pass stay with b */
static int make(const struct btf *b, const struct kept_key *key, struct buf *out)
{
	struct kept_slice part[KEPT_PARTS] = {{0}};
	struct buf own[3] = {{0}};
	struct base_index keys;
	int err = base_index_build(&keys, b);

	if (err)
		return err;
	base_index_keep(&keys, part);
	err = dedup_keep(b, part, own);
	if (!err)
		err = index_keep(b, part);
	if (!err)
		err = kept_write(part, key, b, out);
	base_index_free(&keys);
	for (int i = 0; i < 3; i++)
		buf_deinit(&own[i]);
	return err;
}

/* 0, or -errno with a warning */
static int put(const struct btf *b, const struct shelf *s, const char *name,
	       const struct kept_key *key, struct btf_report *r)
{
	struct buf bytes = {0};
	int err = make(b, key, &bytes);

	/* a base that nothing can be split on is for its users to refuse */
	if (err == -EINVAL) {
		buf_deinit(&bytes);
		return 0;
	}
	if (!err)
		err = shelf_put(s, name, bytes.data, bytes.len, KEPT_SUFFIX, KEEP);
	buf_deinit(&bytes);
	if (err)
		report_warning(r, BTF_CODE_INDEX_FILE, &(struct place){.file = s->path},
			       BTF_NO_VALUE, BTF_NO_VALUE, "no index can be kept there: %s",
			       strerror(-err));
	return err;
}

/* for an object that is parsed already */
static int use(struct btf *b, const char *dir, struct btf_report *r)
{
	char name[KEPT_NAME_MAX];
	struct kept_key key;
	struct kept k;
	struct shelf s;
	int ret;

	if (b->kept || kept_key_of(b, &key))
		return 0;
	ret = shelf_open(&s, dir, true, r);
	if (ret)
		return ret;
	kept_name(&key, name);
	ret = find(&s, name, &key, &k, r);
	if (ret && take(b, &k)) {
		drop(&k);
		warn(&s, name, "is damaged: a number in it is out of range", r);
		ret = 0;
	}
	if (!ret)
		ret = put(b, &s, name, &key, r);
	shelf_close(&s);
	return ret;
}

int btf_index__use(struct btf *base, const char *dir, struct btf_report *r)
{
	if (!api_ours(base))
		return api_ret(-EINVAL);
	return !dir || !*dir ? 0 : api_ret(use(base, dir, r));
}

/* ---- a base that need not even be parsed ---- */

/* An object over the file's .BTF, with what the index has; NULL: it takes the long way. */
static struct btf *known(const void *data, size_t size, const char *dir)
{
	char name[KEPT_NAME_MAX];
	struct btf *b = NULL;
	struct kept_key key;
	struct kept k;
	struct shelf s;

	/* whatever is wrong is told on the long way */
	if (shelf_open(&s, dir, false, NULL))
		return NULL;
	kept_key(data, size, &key);
	kept_name(&key, name);
	if (find(&s, name, &key, &k, NULL)) {
		if (!object_parse_known(data, size, k.part[KEPT_OFFSETS].data,
					kept_count(&k, KEPT_OFFSETS, sizeof(u32)), &b) &&
		    take(b, &k)) {
			object_free(b);
			b = NULL;
		}
		if (!b)
			drop(&k);
	}
	shelf_close(&s);
	return b;
}

struct btf *btf_index__load(struct btf_file *f, const char *dir, struct btf_load_info *info,
			    struct btf_report *r)
{
	const void *data;
	struct btf *b;
	size_t size;

	if (!f || (info && info->sz < sizeof(info->sz)))
		return api_null(-EINVAL);
	if (!dir || !*dir)
		return btf_load__file(f, NULL, info, r);
	/* with a .BTF.base it is none that others are split on */
	if (!btf_file__section(f, ".BTF.base", &size, NULL) && errno == ENODATA) {
		data = btf_file__section(f, ".BTF", &size, NULL);
		b = data ? known(data, size, dir) : NULL;
		if (b) {
			if (info &&
			    info->sz >= offsetof(struct btf_load_info, how) + sizeof(info->how))
				info->how = BTF_LOAD_WHOLE;
			return b;
		}
	}
	b = btf_load__file(f, NULL, info, r);
	if (b)
		use(b, dir, r);
	return b;
}
