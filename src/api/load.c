// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Open file -> object: see <btf/load.h>. Joins io (sections), btf (parsing) and pass (relocating
 * what travels with a distilled base).
 *
 * Nothing in a blob says that it is split. What does: its strings do not start with the empty
 * string (or there are none), or they do and an id or name lies beyond the blob. The first is
 * certain and cheap; the second costs a parse, and only writers that put an empty string into a
 * split need it.
 */
#include <btf/load.h>

#include "api/api.h"
#include "btf/look.h"
#include "pass/relocate.h"

static const void *section_bytes(struct btf_file *f, const char *section, size_t *size,
				 struct btf_report *r)
{
	const void *data = btf_file__section(f, section, size, r);

	if (!data && errno == ENODATA) {
		report_error(r, BTF_CODE_NO_SECTION, &(struct place){.file = btf_file__path(f)},
			     BTF_NO_VALUE, BTF_NO_VALUE, "has no %s section", section);
		errno = ENODATA;
	}
	return data;
}

static int parse_section(struct btf_file *f, const char *section, struct btf *base,
			 struct btf_report *r, struct btf **ret)
{
	const void *data;
	size_t size;
	int err;

	data = section_bytes(f, section, &size, r);
	if (!data)
		return -errno;
	report_context(r, btf_file__path(f), section);
	err = object_parse(data, size, base, 0, r, ret);
	report_context(r, NULL, NULL);
	return err;
}

struct btf *btf_load__section(struct btf_file *f, const char *section, struct btf *base,
			      struct btf_report *r)
{
	struct btf *b;
	int err;

	if (!f || !section || !api_base_ok(base))
		return api_null(-EINVAL);
	err = parse_section(f, section, base, r, &b);
	if (err)
		return api_null(err);
	return b;
}

static bool has_section(struct btf_file *f, const char *section)
{
	size_t size;

	/* a section that is there but cannot be read is reported when it is read for use */
	return btf_file__section(f, section, &size, NULL) || errno != ENODATA;
}

/* .BTF on the file's own .BTF.base; the object owns its base */
static int load_distilled(struct btf_file *f, struct btf_report *r, struct btf **ret)
{
	struct btf *own, *b;
	int err;

	err = parse_section(f, ".BTF.base", NULL, r, &own);
	if (err)
		return err;
	err = parse_section(f, ".BTF", own, r, &b);
	if (err) {
		object_free(own);
		return err;
	}
	b->owns_base = true;
	*ret = b;
	return 0;
}

static int load_relocated(struct btf_file *f, struct btf *base, struct btf_report *r,
			  struct btf **ret)
{
	struct relocate_opts opts = {.rules = RELOCATE_SOUND};
	struct btf *b;
	int err;

	err = load_distilled(f, r, &b);
	if (err)
		return err;
	report_context(r, btf_file__path(f), ".BTF");
	err = relocate(b, base, &opts, r);
	report_context(r, NULL, NULL);
	if (err) {
		object_free(b);
		return err;
	}
	*ret = b;
	return 0;
}

/* the blob has no .BTF.base */
static int load_plain(struct btf_file *f, struct btf *base, struct btf_report *r, struct btf **ret)
{
	struct place at = {.file = btf_file__path(f), .section = ".BTF"};
	const void *data;
	size_t size;
	int err = -ENOENT;

	data = section_bytes(f, ".BTF", &size, r);
	if (!data)
		return -errno;
	if (look_split_sign(data, size)) {
		if (!base)
			return report_error(r, BTF_CODE_SPLIT_NO_BASE, &at, BTF_NO_VALUE,
					    BTF_NO_VALUE,
					    "this is split BTF: without the BTF it "
					    "was built on its ids and names mean nothing");
		return parse_section(f, ".BTF", base, r, ret);
	}
	if (base)
		err = object_parse(data, size, NULL, 0, NULL, ret);
	/* with more memory it might be no split */
	if (err == -ENOMEM)
		return report_nomem(r);
	if (!err) {
		report_warning(r, BTF_CODE_BASE_UNUSED, &at, BTF_NO_VALUE, BTF_NO_VALUE,
			       "this BTF is not split: the base given is not used");
		return 0;
	}
	return parse_section(f, ".BTF", base, r, ret);
}

static int load_file(struct btf_file *f, struct btf *base, enum btf_load_how *how,
		     struct btf_report *r, struct btf **ret)
{
	int err;

	if (has_section(f, ".BTF.base")) {
		*how = base ? BTF_LOAD_RELOCATED : BTF_LOAD_DISTILLED;
		return base ? load_relocated(f, base, r, ret) : load_distilled(f, r, ret);
	}
	err = load_plain(f, base, r, ret);
	if (!err)
		*how = (*ret)->base ? BTF_LOAD_SPLIT : BTF_LOAD_WHOLE;
	return err;
}

struct btf *btf_load__file(struct btf_file *f, struct btf *base, struct btf_load_info *info,
			   struct btf_report *r)
{
	enum btf_load_how how = BTF_LOAD_WHOLE;
	struct btf *b;
	int err;

	if (!f || !api_base_ok(base) || (info && info->sz < sizeof(info->sz)))
		return api_null(-EINVAL);
	err = load_file(f, base, &how, r, &b);
	if (err)
		return api_null(err);
	if (info && info->sz >= offsetof(struct btf_load_info, how) + sizeof(info->how))
		info->how = how;
	return b;
}

/* what the caller's struct has room for; a bigger one keeps its further fields */
static int survey_into(const void *data, size_t size, struct btf_survey *ret, struct btf_report *r)
{
	struct btf_survey s;
	size_t sz = ret ? ret->sz : 0;
	int err;

	if (!data || sz < sizeof(ret->sz))
		return -EINVAL;
	err = look_blob(data, size, &s, r);
	if (err)
		return err;
	s.sz = sz;
	memcpy(ret, &s, min_of(sz, sizeof(s)));
	return 0;
}

int btf_survey__blob(const void *data, size_t size, struct btf_survey *ret, struct btf_report *r)
{
	return api_ret(survey_into(data, size, ret, r));
}

int btf_load__survey(struct btf_file *f, const char *section, struct btf_survey *ret,
		     struct btf_report *r)
{
	const void *data;
	size_t size;
	int err;

	if (!f || !section || !ret)
		return api_ret(-EINVAL);
	data = btf_file__section(f, section, &size, r);
	if (!data)
		return -errno;
	report_context(r, btf_file__path(f), section);
	err = survey_into(data, size, ret, r);
	report_context(r, NULL, NULL);
	return api_ret(err);
}
