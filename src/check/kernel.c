// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The phases one after the other, and how a broken rule is recorded.
 *
 * In: a struct kcheck with what is given. Out: k->first, k->err, k->danger, findings. Holds always:
 * the verdict is the first finding of a rule that the kernel asks; what is unsafe never hides it.
 */
#include "check/kernel.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- rules ---- */

static const struct btf_check_rule rules[] = {
#define BTF_CHECK_RULE(id, name, err, since, until, cls, where, words, text)                       \
	{BTF_CODE_CHECK_##id,	"check." name, err,   since, until,                                \
	 BTF_CHECK_CLASS_##cls, where,	       words, text},
#include <btf/check-rules.def>
#undef BTF_CHECK_RULE
};

/* codes of rules stand together, in the order of the table */
#define FIRST_RULE BTF_CODE_CHECK_SIZE

const struct btf_check_rule *kernel_rules(size_t *ret_cnt)
{
	*ret_cnt = ARRAY_SIZE(rules);
	return rules;
}

const struct btf_check_rule *kernel_rule(enum btf_code code)
{
	size_t i = (size_t)code - FIRST_RULE;

	return code >= FIRST_RULE && i < ARRAY_SIZE(rules) ? &rules[i] : NULL;
}

/* of a code that is known to be one */
static const struct btf_check_rule *rule_at(enum btf_code code)
{
	return &rules[code - FIRST_RULE];
}

bool kc_asks(const struct kcheck *k, enum btf_code code)
{
	const struct btf_check_rule *rule = rule_at(code);

	return k->version >= rule->since && (!rule->until || k->version < rule->until);
}

/* ---- findings ---- */

/* the name of a type where it can be told */
static const char *type_name(const struct kcheck *k, const struct krec *t)
{
	const char *s;

	if (!t->name || !kc_name_ok(k, t->name))
		return NULL;
	s = kc_name(k, t->name);
	return *s ? s : NULL;
}

/* the record being looked at in the first pass has no id yet */
static bool find_record(const struct kcheck *k, u32 id, struct krec *ret)
{
	const u8 *p;

	if (id && kc_has(k, id)) {
		*ret = kc_rec(k, id);
		return true;
	}
	if (!id || !k->last_off || k->last_off > k->size - 12)
		return false;
	p = k->data + k->last_off;
	*ret = (struct krec){kc_u32(p), kc_u32(p + 4), kc_u32(p + 8), p + 12};
	return true;
}

/* what the finding is about, and the verdict */
static struct place note(struct kcheck *k, const struct btf_check_rule *rule, u32 id, int member)
{
	struct place at = {.section = k->section, .type_id = id, .member_plus1 = member + 1};
	struct krec t;

	if (k->hits)
		k->hits[rule->code]++;
	k->findings++;
	if (rule->cls == BTF_CHECK_CLASS_UNSAFE) {
		if (!k->danger)
			k->danger = rule->code;
	} else if (!k->first) {
		k->first = rule->code;
		k->err = rule->err;
	}
	if (k->r && find_record(k, id, &t)) {
		at.kind = krec_kind(&t) < WIRE_KINDS ? (int)krec_kind(&t) : 0;
		at.name = type_name(k, &t);
		if (t.tail >= k->data && t.tail <= k->data + k->size)
			at.offset_plus1 = (u64)(t.tail - 12 - k->data) + 1;
	}
	return at;
}

/* what kernels do not ask of their own BTF, in the words of what is unsafe */
static const struct btf_check_rule *rule_of(const struct kcheck *k, enum btf_code code)
{
	const struct btf_check_rule *rule = rule_at(code);

	if (!k->safe || rule->cls != BTF_CHECK_CLASS_RESOLVE)
		return rule;
	if (code == BTF_CODE_CHECK_LOOP)
		code = BTF_CODE_CHECK_UNSAFE_LOOP;
	else if (code == BTF_CODE_CHECK_MEMBER_END || code == BTF_CODE_CHECK_ARRAY_OVERFLOW ||
		 code == BTF_CODE_CHECK_VSI_VAR_SIZE)
		code = BTF_CODE_CHECK_UNSAFE_SIZE;
	else
		code = BTF_CODE_CHECK_UNSAFE_KIND;
	return rule_at(code);
}

/* the rule behind what was found: "expected" is what people want to read first */
static int record(struct kcheck *k, const struct btf_check_rule *rule, const struct place *at,
		  s64 expected, s64 actual, const char *fmt, va_list ap)
{
	char text[256];

	if (k->r) {
		vsnprintf(text, sizeof(text), fmt, ap);
		report_errno(k->r, rule->code, rule->err, at, "%s; the rule: %s", text, rule->text);
		if (k->r->cnt) {
			struct btf_finding *f = &k->r->items[k->r->cnt - 1];

			f->expected = expected;
			f->actual = actual;
		}
	}
	return -rule->err;
}

int kc_fail(struct kcheck *k, enum btf_code code, u32 id, int member, s64 expected, s64 actual,
	    const char *fmt, ...)
{
	const struct btf_check_rule *rule = rule_of(k, code);
	struct place at = note(k, rule, id, member);
	va_list ap;
	int err;

	va_start(ap, fmt);
	err = record(k, rule, &at, expected, actual, fmt, ap);
	va_end(ap);
	return err;
}

int kc_fail_at(struct kcheck *k, enum btf_code code, u64 offset, s64 expected, s64 actual,
	       const char *fmt, ...)
{
	const struct btf_check_rule *rule = rule_of(k, code);
	struct place at = note(k, rule, 0, -1);
	va_list ap;
	int err;

	at.offset_plus1 = offset + 1;
	va_start(ap, fmt);
	err = record(k, rule, &at, expected, actual, fmt, ap);
	va_end(ap);
	return err;
}

/* ---- phases ---- */

static int alloc_second(struct kcheck *k)
{
	u32 cnt = k->nr ? k->nr : 1;

	k->to = zalloc_array(cnt, sizeof(*k->to));
	k->to_size = zalloc_array(cnt, sizeof(*k->to_size));
	k->stack_cap = KC_DEPTH;
	k->stack = zalloc_array(k->stack_cap, sizeof(*k->stack));
	return k->to && k->to_size && k->stack ? 0 : report_nomem(k->r);
}

/* with --all the next phase is asked too, but for what memory forbids */
static bool stop(const struct kcheck *k, int err)
{
	return err && (!k->all || err == -ENOMEM);
}

static int run_user(struct kcheck *k)
{
	int err = kc_types_at(k), later;

	if (!err)
		err = kc_metas(k);
	/* where a record is cut, references mean nothing */
	if (err && (!k->all || k->last_off || !k->nr))
		return err;
	later = alloc_second(k);
	if (!later)
		later = kc_resolve_all(k);
	err = err ? err : later;
	if (stop(k, err))
		return err;
	later = kc_tags(k);
	err = err ? err : later;
	return err ? err : kc_fields(k);
}

/* references are trusted by kernels: what they should have asked is asked here */
static int run_trusted(struct kcheck *k)
{
	int err = kc_metas(k), later;

	if (err && (!k->all || k->last_off))
		return err;
	later = kc_tags(k);
	err = err ? err : later;
	if (stop(k, err))
		return err;
	k->safe = true;
	later = kc_dangling(k);
	/* the second pass follows only what is there */
	if (!later)
		later = alloc_second(k);
	if (!later)
		later = kc_resolve_all(k);
	return err ? err : later;
}

int kc_run(struct kcheck *k)
{
	int err;

	if (k->base) {
		k->start_id = kc_end(k->base);
		k->start_str = k->base->hdr.str_len;
	}
	err = kc_head(k);
	if (err)
		return err;
	return k->as == BTF_CHECK_USER ? run_user(k) : run_trusted(k);
}

void kc_deinit(struct kcheck *k)
{
	free(k->offs);
	free(k->state);
	free(k->to);
	free(k->to_size);
	free(k->stack);
	k->offs = k->to = k->to_size = NULL;
	k->state = NULL;
	k->stack = NULL;
}
