// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * <btf/ids.h>: joins io (section, symbols) and pass (what they mean).
 *
 * In: an open file. Out: the words of its .BTF_ids, and the section resolved. Holds always: names
 * that are handed out end with a zero, whatever the symbol goes on with.
 */
#include <btf/ids.h>

#include <stdlib.h>

#include "api/api.h"
#include "api/ids.h"

#define NOVAL BTF_NO_VALUE
#define SECTION ".BTF_ids"

struct btf_ids {
	struct ids ids;
	const char *path; /* the file's */
	struct arena names;
	const char **name; /* by name of the section: without its number */
	u32 *set_of;	   /* by word: 1 + index of its set */
	u8 *data;	   /* resolved, or NULL */
};

/* ---- reading ---- */

static int take_symbol(void *ctx, const struct btf_file_symbol *sym)
{
	struct ids_symbol s = {sym->name, sym->section_offset, sym->size};

	return buf_add(ctx, &s, sizeof(s));
}

static bool is_ids_symbol(const struct ids_symbol *s)
{
	return !strncmp(s->name, "__BTF_ID__", 10);
}

int ids_of_file(struct btf_file *f, struct btf_report *r, struct ids *ret)
{
	bool swapped = btf_file__info(f)->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	struct buf buf = {0};
	const struct ids_symbol *sym;
	const void *data;
	size_t size, cnt, known = 0;
	int err;

	data = btf_file__section(f, SECTION, &size, r);
	if (!data || !size)
		return data ? -ENODATA : -errno;
	err = btf_file__symbols(f, SECTION, take_symbol, &buf, r);
	sym = (const void *)buf.data;
	cnt = buf.len / sizeof(*sym);
	if (err == -ENOMEM)
		report_nomem(r);
	if (err == -ENODATA)
		err = 0;
	for (size_t i = 0; !err && i < cnt; i++)
		known += is_ids_symbol(&sym[i]);
	if (!err && (known || size % 4)) {
		err = ids_parse(data, size, swapped, sym, cnt, r, ret);
	} else if (!err) {
		*ret = (struct ids){.data = data, .words = (u32)(size / 4), .swapped = swapped};
		ret->kind = zalloc_array(ret->words, 1);
		if (!ret->kind)
			err = report_nomem(r);
	}
	buf_deinit(&buf);
	return err;
}

static int copy_names(struct btf_ids *x)
{
	const struct ids *ids = &x->ids;

	x->name = zalloc_array(ids->name_cnt, sizeof(*x->name));
	x->set_of = zalloc_array(ids->words, sizeof(*x->set_of));
	if (!x->name || !x->set_of)
		return -ENOMEM;
	for (u32 i = 0; i < ids->name_cnt; i++) {
		const struct ids_name *n = &ids->name[i];
		char *name = arena_alloc(&x->names, n->len + 1ull);

		if (!name)
			return -ENOMEM;
		memcpy(name, n->name, n->len);
		name[n->len] = 0;
		x->name[i] = name;
	}
	for (u32 i = 0; i < ids->set_cnt; i++)
		for (u32 w = ids->set[i].word; w < ids_set_end(&ids->set[i]); w++)
			x->set_of[w] = i + 1;
	return 0;
}

struct btf_ids *btf_ids__read(struct btf_file *f, struct btf_report *r)
{
	struct btf_ids *x;
	int err;

	if (!f)
		return api_null(-EINVAL);
	x = calloc(1, sizeof(*x));
	if (!x)
		return api_null(report_nomem(r));
	x->path = btf_file__path(f);
	report_context(r, x->path, NULL);
	err = ids_of_file(f, r, &x->ids);
	if (!err && copy_names(x))
		err = report_nomem(r);
	report_context(r, NULL, NULL);
	if (err) {
		btf_ids__free(x);
		return api_null(err);
	}
	return x;
}

void btf_ids__free(struct btf_ids *x)
{
	int saved = errno;

	if (!x)
		return;
	ids_deinit(&x->ids);
	arena_deinit(&x->names);
	free(x->name);
	free(x->set_of);
	free(x->data);
	free(x);
	errno = saved;
}

/* ---- words and sets ---- */

/* what the caller's struct has room for */
static int give(void *to, const void *from, size_t size)
{
	size_t sz;

	memcpy(&sz, to, sizeof(sz));
	if (sz < sizeof(sz))
		return api_ret(-EINVAL);
	memcpy((u8 *)to + sizeof(sz), (const u8 *)from + sizeof(sz), min_of(sz, size) - sizeof(sz));
	return 0;
}

static const u8 *bytes(const struct btf_ids *x)
{
	return x->data ? x->data : x->ids.data;
}

/* of the section as it is now */
static u32 value(const struct btf_ids *x, u32 word)
{
	struct ids now = x->ids;

	now.data = bytes(x);
	return ids_word(&now, word);
}

int btf_ids__info(const struct btf_ids *x, struct btf_ids_info *ret)
{
	struct btf_ids_info info = {0};

	if (!x || !ret)
		return api_ret(-EINVAL);
	info.words = x->ids.words;
	info.sets = x->ids.set_cnt;
	ids_count(&x->ids, &info.ids, &info.listed);
	info.resolved = x->ids.resolved;
	info.symbols = x->ids.name_cnt || x->ids.set_cnt;
	return give(ret, &info, sizeof(info));
}

int btf_ids__word(const struct btf_ids *x, __u32 i, struct btf_ids_word *ret)
{
	static const enum btf_ids_kind kinds[] = {
		[IDS_NONE] = BTF_IDS_UNUSED,   [IDS_ID] = BTF_IDS_LIST,
		[IDS_MEMBER] = BTF_IDS_MEMBER, [IDS_COUNT] = BTF_IDS_COUNT,
		[IDS_FLAGS] = BTF_IDS_FLAGS,
	};
	struct btf_ids_word w = {0};
	u32 n;

	if (!x || !ret || i >= x->ids.words)
		return api_ret(-EINVAL);
	w.kind = kinds[x->ids.kind[i]];
	w.offset = i * 4;
	w.value = value(x, i);
	w.set = (int)x->set_of[i] - 1;
	n = ids_names_from(&x->ids, i);
	if (n < x->ids.name_cnt && x->ids.name[n].word == i) {
		w.want_kind = (int)x->ids.name[n].kind;
		w.want = x->name[n];
	}
	return give(ret, &w, sizeof(w));
}

int btf_ids__set(const struct btf_ids *x, __u32 i, struct btf_ids_set *ret)
{
	struct btf_ids_set out = {0};
	const struct ids_set *s;

	if (!x || !ret || i >= x->ids.set_cnt)
		return api_ret(-EINVAL);
	s = &x->ids.set[i];
	out.name = ids_set_name(s);
	out.offset = s->word * 4;
	out.members = s->cnt;
	out.has_flags = s->pairs;
	out.kfuncs = s->pairs && value(x, s->word + 1) & IDS_SET8_KFUNCS;
	out.sorted = value(x, s->word) != 0;
	return give(ret, &out, sizeof(out));
}

const void *btf_ids__data(const struct btf_ids *x, size_t *ret_size)
{
	if (!x)
		return api_null(-EINVAL);
	if (ret_size)
		*ret_size = (size_t)x->ids.words * 4;
	return bytes(x);
}

/* ---- against BTF ---- */

static int find(const struct btf_ids *x, const struct btf *btf, struct btf_report *r, u32 **ret)
{
	u32 *id = zalloc_array(x->ids.name_cnt, sizeof(*id));
	int err = id ? ids_find(&x->ids, btf, id, r) : report_nomem(r);

	if (err)
		free(id);
	else
		*ret = id;
	return err;
}

static void warn_none(const struct btf_ids *x, struct btf_report *r)
{
	if (!x->ids.name_cnt && !x->ids.set_cnt)
		report_warning(r, BTF_CODE_IDS_NONE, &(struct place){.section = SECTION}, NOVAL,
			       NOVAL,
			       "the section has %u words and no symbols that say what they "
			       "are: it stays as it is",
			       x->ids.words);
}

int btf_ids__resolve(struct btf_ids *x, const struct btf *btf, struct btf_report *r)
{
	u32 *id = NULL;
	u8 *data;
	int err;

	if (!x || !api_ours(btf))
		return api_ret(-EINVAL);
	report_context(r, x->path, NULL);
	data = malloc((size_t)x->ids.words * 4 + 1);
	err = data ? find(x, btf, r, &id) : report_nomem(r);
	if (!err)
		err = ids_fill(&x->ids, id, data, r);
	free(id);
	if (!err)
		warn_none(x, r);
	report_context(r, NULL, NULL);
	if (err) {
		free(data);
		return api_ret(err);
	}
	free(x->data);
	x->data = data;
	return 0;
}

int btf_ids__verify(struct btf_ids *x, const struct btf *btf, struct btf_report *r)
{
	u32 *id;
	int err;

	if (!x || !api_ours(btf))
		return api_ret(-EINVAL);
	report_context(r, x->path, NULL);
	err = find(x, btf, r, &id);
	if (err)
		return api_ret(err);
	if (x->ids.name_cnt || x->ids.set_cnt)
		err = ids_verify(&x->ids, btf, id, r);
	else
		err = report_error(r, BTF_CODE_IDS_GONE, &(struct place){.section = SECTION}, NOVAL,
				   NOVAL,
				   "the section has %u words and no symbols that say what "
				   "they are",
				   x->ids.words);
	free(id);
	report_context(r, NULL, NULL);
	return err == -EINVAL ? 1 : api_ret(err);
}
