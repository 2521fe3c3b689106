// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * A finding -> the lines of the kernel's log.
 *
 * In: the finding that the kernel stops at, and the bytes that it is about. Out: lines as dmesg has
 * them. For module BTF the kernel logs by pieces: what BPF_BTF_LOAD puts on one line comes as one
 * line each, behind "BPF: "; pieces that are blank are left out here. Where it was configured to
 * load modules with BTF that does not fit, it says nothing of types and members.
 */
#include "check/explain.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "check/kernel.h"

void explain_log_deinit(struct explain_log *log)
{
	arena_deinit(&log->text);
	free(log->line);
	*log = (struct explain_log){0};
}

static bool is_blank(const char *s)
{
	return !s[strspn(s, " \t")];
}

static void add(struct explain_log *log, char *line)
{
	if (log->cnt == log->cap) {
		size_t cap = log->cap ? log->cap * 2 : 8;
		char **p = realloc(log->line, cap * sizeof(*p));

		if (p) {
			log->line = p;
			log->cap = cap;
		}
	}
	if (!line || log->cnt == log->cap) {
		log->nomem = true;
		return;
	}
	for (size_t len = strlen(line); len && line[len - 1] == ' '; len--)
		line[len - 1] = 0;
	log->line[log->cnt++] = line;
}

void explain_log_add(struct explain_log *log, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(log, arena_vprintf(&log->text, fmt, ap));
	va_end(ap);
}

/* a piece of the BPF log */
static void __printf_fmt(2, 3) bpf(struct explain_log *log, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(&log->text, fmt, ap);
	va_end(ap);
	if (!text)
		log->nomem = true;
	else if (!is_blank(text))
		add(log, arena_printf(&log->text, "BPF: %s", text));
}

/* ---- the bytes ---- */

/* a name as the kernel prints it */
static const char *name_at(const struct explain_bytes *b, u32 off)
{
	struct wire_header h = {0};
	u32 start = b->base ? object_str_end(b->base) : 0;
	u64 at;

	if (!off)
		return "(anon)";
	if (off < start)
		return object_str(b->base, off);
	if (b->size < WIRE_HDR_LEN)
		return "(invalid-name-offset)";
	memcpy(&h, b->data, WIRE_HDR_LEN);
	at = (u64)h.hdr_len + h.str_off + (off - start);
	if (off - start >= h.str_len || at >= b->size || !memchr(b->data + at, 0, b->size - at))
		return "(invalid-name-offset)";
	return (const char *)b->data + at;
}

/* the words behind the head that lie in the data; others are zero */
static u32 word(const struct explain_bytes *b, u64 at)
{
	return at < b->size && b->size - at >= 4 ? kc_u32(b->data + at) : 0;
}

/* ---- one record ---- */

struct record {
	const struct explain_bytes *b;
	u64 at; /* of its head */
	u32 id, name, info, size;
};

static u32 tail(const struct record *t, u32 i)
{
	return word(t->b, t->at + 12 + 4 * (u64)i);
}

static const char *encoding(u32 enc)
{
	return !enc	  ? "(none)"
	       : enc == 1 ? "SIGNED"
	       : enc == 2 ? "CHAR"
	       : enc == 4 ? "BOOL"
			  : "UNKN";
}

/* the arguments of a prototype, a line each */
static void log_proto(struct explain_log *log, const struct record *t)
{
	u32 cnt = info_vlen(t->info);

	bpf(log, "return=%u args=(", t->size);
	if (!cnt)
		bpf(log, "void");
	else if (cnt == 1 && !tail(t, 1))
		bpf(log, "vararg");
	else
		bpf(log, "%u %s", tail(t, 1), name_at(t->b, tail(t, 0)));
	for (u32 i = 1; i < cnt; i++) {
		if (i + 1 == cnt && !tail(t, 2 * i + 1))
			bpf(log, ", vararg");
		else
			bpf(log, ", %u %s", tail(t, 2 * i + 1), name_at(t->b, tail(t, 2 * i)));
	}
	bpf(log, ")");
}

static void log_details(struct explain_log *log, const struct record *t)
{
	switch (info_kind(t->info)) {
	case BTF_KIND_INT:
		bpf(log, "size=%u bits_offset=%u nr_bits=%u encoding=%s", t->size,
		    tail(t, 0) >> 16 & 0xff, tail(t, 0) & 0xff, encoding(tail(t, 0) >> 24 & 0xf));
		break;
	case BTF_KIND_FWD:
		bpf(log, "%s", info_kflag(t->info) ? "union" : "struct");
		break;
	case BTF_KIND_ARRAY:
		bpf(log, "type_id=%u index_type_id=%u nr_elems=%u", tail(t, 0), tail(t, 1),
		    tail(t, 2));
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_DATASEC:
		bpf(log, "size=%u vlen=%u", t->size, info_vlen(t->info));
		break;
	case BTF_KIND_FLOAT:
		bpf(log, "size=%u", t->size);
		break;
	case BTF_KIND_VAR:
		bpf(log, "type_id=%u linkage=%u", t->size, tail(t, 0));
		break;
	case BTF_KIND_DECL_TAG:
		bpf(log, "type=%u component_idx=%d", t->size, (int)tail(t, 0));
		break;
	case BTF_KIND_FUNC_PROTO:
		log_proto(log, t);
		break;
	default:
		bpf(log, "type_id=%u", t->size);
	}
}

static void log_member(struct explain_log *log, const struct record *t, u32 i)
{
	u32 name = tail(t, 3 * i), type = tail(t, 3 * i + 1), off = tail(t, 3 * i + 2);

	if (info_kind(t->info) == BTF_KIND_DATASEC)
		bpf(log, "\t type_id=%u offset=%u size=%u", name, type, off);
	else if (info_kflag(t->info))
		bpf(log, "\t%s type_id=%u bitfield_size=%u bits_offset=%u", name_at(t->b, name),
		    type, off >> 24, off & 0xffffff);
	else
		bpf(log, "\t%s type_id=%u bits_offset=%u", name_at(t->b, name), type, off);
}

/* rules that the kernel words with a number; false: by the words of the table */
static bool log_number(struct explain_log *log, const struct record *t, const struct btf_finding *f)
{
	long long v = f->actual;

	switch (f->code) {
	case BTF_CODE_CHECK_REC_CUT:
		bpf(log, "[%u] meta_left:%lld meta_needed:12", t->id, v);
		return true;
	case BTF_CODE_CHECK_REC_INFO:
		bpf(log, "[%u] Invalid btf_info:%llx", t->id, v);
		return true;
	case BTF_CODE_CHECK_REC_KIND:
		bpf(log, "[%u] Invalid kind:%lld", t->id, v);
		return true;
	case BTF_CODE_CHECK_REC_NAME:
		bpf(log, "[%u] Invalid name_offset:%lld", t->id, v);
		return true;
	case BTF_CODE_CHECK_VALUE_NAME_RANGE:
		bpf(log, "\tInvalid name_offset:%lld", v);
		return true;
	default:
		return false;
	}
}

/* what follows the type */
static void log_words(struct explain_log *log, const struct btf_finding *f,
		      const struct btf_check_rule *rule)
{
	switch (f->code) {
	case BTF_CODE_CHECK_REC_TAIL:
		bpf(log, "meta_left:%lld meta_needed:%lld", (long long)f->actual,
		    (long long)f->expected);
		break;
	case BTF_CODE_CHECK_INT_DATA:
		bpf(log, "Invalid int_data:%llx", (long long)f->actual);
		break;
	case BTF_CODE_CHECK_INT_BITS:
		bpf(log, "nr_bits exceeds 128");
		break;
	case BTF_CODE_CHECK_MEMBER_NAME_RANGE:
		bpf(log, "Invalid member name_offset:%lld", (long long)f->actual);
		break;
	default:
		bpf(log, "%s", rule->words);
	}
}

static bool has_basics_only(enum btf_code code)
{
	return code == BTF_CODE_CHECK_REC_TAIL || code == BTF_CODE_CHECK_INT_DATA;
}

static bool names_member(enum btf_code code, const struct btf_finding *f)
{
	return f->member != BTF_NO_MEMBER && code != BTF_CODE_CHECK_VALUE_NAME;
}

void explain_log_rule(struct explain_log *log, const struct explain_bytes *bytes,
		      const struct btf_finding *f, bool mismatch)
{
	const struct btf_check_rule *rule = kernel_rule(f->code);
	struct record t = {.b = bytes, .id = f->type_id, .at = f->offset};

	if (!rule || rule->cls == BTF_CHECK_CLASS_UNSAFE)
		return;
	if (rule->cls != BTF_CHECK_CLASS_META) {
		bpf(log, "%s", rule->words);
		return;
	}
	if (f->offset == BTF_NO_OFFSET || log_number(log, &t, f))
		return;
	/* of modules only: what is wrong with a .BTF.base is said in any case */
	if (mismatch && bytes->base && info_kind(word(bytes, t.at + 4)) != BTF_KIND_DATASEC)
		return;
	t.name = word(bytes, t.at);
	t.info = word(bytes, t.at + 4);
	t.size = word(bytes, t.at + 8);
	if (names_member(f->code, f)) {
		log_member(log, &t, (u32)f->member);
	} else if (!mismatch || !bytes->base) {
		bpf(log, "[%u] %s %s", t.id, kind_name(info_kind(t.info)), name_at(bytes, t.name));
		if (!has_basics_only(f->code))
			log_details(log, &t);
	} else {
		return;
	}
	log_words(log, f, rule);
}

void explain_log_relocate(struct explain_log *log, const struct btf_finding *f, const char *string)
{
	const char *name = f->type_name ? f->type_name : "";

	switch (f->code) {
	case BTF_CODE_RELOC_MISSING:
	case BTF_CODE_RELOC_KIND:
	case BTF_CODE_RELOC_SIZE:
		explain_log_add(log,
				"distilled base BTF type '%s' [%u] is not mapped to base BTF id",
				name, f->type_id);
		break;
	case BTF_CODE_RELOC_BASE_KIND:
	case BTF_CODE_RELOC_ENUM64:
		if (!*name)
			explain_log_add(log,
					"type [%u], kind [%d] is invalid for distilled base BTF; "
					"it is anonymous",
					f->type_id, f->kind);
		else
			explain_log_add(log,
					"type [%u] in distilled based BTF has unexpected kind [%d]",
					f->type_id, f->kind);
		break;
	case BTF_CODE_RELOC_STRING:
		explain_log_add(log, "string '%s' [offset %lld] is not mapped to base BTF", string,
				(long long)f->actual);
		break;
	default:
		break;
	}
}

void explain_log_twice(struct explain_log *log, const struct btf_finding *f, const struct btf *base)
{
	explain_log_add(log,
			"distilled base BTF type '%s' [%u], size %u has multiple candidates of the "
			"same size (ids [%u, %u]) in base BTF",
			f->type_name ? f->type_name : "", f->type_id,
			object_type(base, (u32)f->actual)->size, (u32)f->actual, (u32)f->expected);
}
