// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Relocation entries -> changed bytes of a section that is not loaded.
 *
 * In: the entries, the value of each symbol, the section. Out: the section as a linker would
 * leave it. Always: no byte outside the section is written, whatever an entry says; a number that
 * does not fit its field is an error, not cut.
 *
 * The debug information of a kernel's x86-64 modules has 25 million entries, all but a handful of
 * two types, so these have a loop of their own; whatever that loop does not like it leaves to the
 * general code, which knows every machine and every reason to refuse.
 */
#include "elf/reloc.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* copied at once: small enough to be in the first cache still when it is changed */
#define STEP (16 << 10)

struct entry {
	u64 off;
	u64 sym;
	u32 type;
	u64 addend;
};

struct job {
	const struct elf *e;
	const struct reloc_machine *m;
	struct reloc_target *t;
	const struct reloc_symbols *symbols;
	bool rela, packed_info; /* packed_info: the r_info of 64-bit mips */
	size_t entry_size;
	const u8 *entries;
	u64 cnt;
	/*
	 * A ULEB128 is written once all entries for its place are done: in between the number may
	 * be too large for it.
	 */
	bool uleb_open;
	u64 uleb_off, uleb;
	struct btf_report *r;
};

static void fill(struct reloc_target *t, u64 end)
{
	u64 more;

	if (!t->from || end <= t->ready)
		return;
	end = end < t->size - min_of(t->size, STEP) ? end + STEP : t->size;
	more = end - t->ready;
	memcpy(t->to + t->ready, t->from + t->ready, more);
	t->ready = end;
}

void reloc_finish(struct reloc_target *t)
{
	fill(t, t->size);
}

static struct place at(const struct job *j, u64 off)
{
	return (struct place){.file = j->e->path, .section = j->t->name, .offset_plus1 = off + 1};
}

/* --- numbers in the file's byte order --- */

static u64 load(const struct job *j, const u8 *p, size_t size)
{
	u64 v = 0;
	size_t i;

	for (i = 0; i < size; i++)
		v |= (u64)p[i] << 8 * (j->e->big ? size - 1 - i : i);
	return v;
}

static void store(const struct job *j, u8 *p, size_t size, u64 v)
{
	size_t i;

	for (i = 0; i < size; i++)
		p[i] = (u8)(v >> 8 * (j->e->big ? size - 1 - i : i));
}

static u64 sign_extend(u64 v, size_t size)
{
	unsigned int shift = 64 - 8 * (unsigned int)size;

	return (u64)((s64)(v << shift) >> shift);
}

static bool fits_signed(u64 v, size_t size)
{
	return sign_extend(v, size) == v;
}

static bool fits_unsigned(u64 v, size_t size)
{
	return size >= 8 || !(v >> 8 * size);
}

/* --- one entry --- */

static int wide(const struct job *j, u64 off, u64 v, size_t size)
{
	struct place p = at(j, off);

	return report_error(j->r, BTF_CODE_ELF_RELOC_VALUE, &p, BTF_NO_VALUE, (s64)v,
			    "a relocation gives 0x%llx, which %zu bytes cannot hold",
			    (unsigned long long)v, size);
}

static int outside(const struct job *j, u64 off, size_t size)
{
	struct place p = at(j, off);

	return report_error(j->r, BTF_CODE_ELF_RELOC_OFFSET, &p, BTF_NO_VALUE, (s64)off,
			    "a relocation of %zu bytes at 0x%llx, the section has 0x%llx", size,
			    (unsigned long long)off, (unsigned long long)j->t->size);
}

/* bytes of the ULEB128 at off, at most 10; 0 if there is none */
static size_t uleb_length(const struct job *j, u64 off)
{
	size_t n = 0;

	while (n < 10 && n < j->t->size - off)
		if (!(j->t->to[off + n++] & 0x80))
			return n;
	return 0;
}

static int uleb_close(struct job *j)
{
	size_t i, n;
	u8 *p;

	if (!j->uleb_open)
		return 0;
	j->uleb_open = false;
	n = uleb_length(j, j->uleb_off);
	if (n < 10 && j->uleb >> 7 * n)
		return wide(j, j->uleb_off, j->uleb, n);
	p = j->t->to + j->uleb_off;
	for (i = 0; i < n; i++)
		p[i] = (u8)((j->uleb >> 7 * i & 0x7f) | (i + 1 < n ? 0x80 : 0));
	return 0;
}

static int apply_uleb(struct job *j, enum reloc_op op, u64 off, u64 v)
{
	u64 old = 0;
	size_t i, n;

	if (off >= j->t->size)
		return outside(j, off, 1);
	fill(j->t, min_of(off + 10, j->t->size));
	n = uleb_length(j, off);
	if (!n)
		return outside(j, off, 10);
	for (i = 0; i < n; i++)
		old |= (u64)(j->t->to[off + i] & 0x7f) << 7 * i;
	if (j->uleb_open)
		old = j->uleb;
	j->uleb_open = true;
	j->uleb_off = off;
	j->uleb = op == RELOC_SET_ULEB ? v : op == RELOC_ADD_ULEB ? old + v : old - v;
	return 0;
}

static int apply_field(const struct job *j, const struct reloc_rule *rule, u64 off, u64 v)
{
	size_t size = rule->size;
	bool fits = true;
	u64 old;
	u8 *p;

	if (off > j->t->size || size > j->t->size - off)
		return outside(j, off, size);
	fill(j->t, off + size);
	p = j->t->to + off;
	old = load(j, p, size);
	if (!j->rela && rule->op <= RELOC_PLACE)
		v += sign_extend(old, size);
	if (rule->op == RELOC_PLACE)
		v -= j->t->start + off;
	else if (rule->op == RELOC_TLS_800)
		v -= 0x800;
	else if (rule->op == RELOC_TLS_8000)
		v -= 0x8000;
	if (!j->e->is64) /* addresses wrap at 4 GiB there */
		v = sign_extend(v, 4);
	switch (rule->op) {
	case RELOC_SET:
	case RELOC_TLS:
	case RELOC_TLS_800:
	case RELOC_TLS_8000:
		fits = fits_signed(v, size) || fits_unsigned(v, size);
		break;
	case RELOC_SET_UNSIGNED:
		fits = fits_unsigned(j->e->is64 ? v : (u32)v, size);
		break;
	case RELOC_SET_SIGNED:
	case RELOC_PLACE:
		fits = fits_signed(v, size);
		break;
	case RELOC_ADD:
		v = old + v;
		break;
	case RELOC_SUB:
		v = old - v;
		break;
	case RELOC_SET_6:
		v = (old & 0xc0) | (v & 0x3f);
		break;
	case RELOC_ADD_6:
		v = (old & 0xc0) | ((old + v) & 0x3f);
		break;
	case RELOC_SUB_6:
		v = (old & 0xc0) | ((old - v) & 0x3f);
		break;
	default: /* RELOC_SET_WRAP */
		break;
	}
	if (!fits)
		return wide(j, off, v, size);
	store(j, p, size, v);
	return 0;
}

static const struct reloc_rule *find_rule(const struct reloc_machine *m, u32 type)
{
	size_t i;

	for (i = 0; i < m->cnt; i++)
		if (m->rules[i].type == type)
			return &m->rules[i];
	return NULL;
}

#define DECODE(j, en, from, sym_, type_)                                                           \
	do {                                                                                       \
		u64 info_ = elf_num((j)->e, (from).r_info);                                        \
		(en)->off = elf_num((j)->e, (from).r_offset);                                      \
		(en)->sym = sym_(info_);                                                           \
		(en)->type = (u32)type_(info_);                                                    \
	} while (0)

/* mips64: the symbol's number is a word of its own, then a special symbol and three types */
static void unpack_info(const struct job *j, const u8 *info, struct entry *en)
{
	en->sym = load(j, info, 4);
	/* a type that is made of several does not fit into 8 bits, and no rule has it */
	en->type = info[7] | (u32)info[6] << 8 | (u32)info[5] << 16;
}

static void decode(const struct job *j, u64 i, struct entry *en)
{
	const u8 *p = j->entries + i * j->entry_size;

	en->addend = 0;
	if (j->e->is64) {
		Elf64_Rela raw = {0};

		memcpy(&raw, p, j->entry_size);
		DECODE(j, en, raw, ELF64_R_SYM, ELF64_R_TYPE);
		if (j->packed_info)
			unpack_info(j, p + offsetof(Elf64_Rela, r_info), en);
		if (j->rela)
			en->addend = (u64)elf_num(j->e, raw.r_addend);
	} else {
		Elf32_Rela raw = {0};

		memcpy(&raw, p, j->entry_size);
		DECODE(j, en, raw, ELF32_R_SYM, ELF32_R_TYPE);
		if (j->rela)
			en->addend = (u64)(s64)(s32)elf_num(j->e, raw.r_addend);
	}
	if (j->e->machine == EM_SPARCV9)
		en->type &= 0xff; /* the rest is a second addend, which no type here has */
}

static int apply_entry(struct job *j, u64 i)
{
	const struct reloc_rule *rule;
	struct entry en;
	struct place p;
	int err = 0;

	decode(j, i, &en);
	p = at(j, en.off);
	rule = find_rule(j->m, en.type);
	if (!rule)
		return report_error(j->r, BTF_CODE_ELF_RELOC_TYPE, &p, BTF_NO_VALUE, en.type,
				    "relocation type %u of %s is not one that debug sections have",
				    en.type, j->m->name);
	if (j->uleb_open && (en.off != j->uleb_off || rule->op < RELOC_SET_ULEB))
		err = uleb_close(j);
	if (err || rule->op == RELOC_NOTHING)
		return err;
	if (en.sym >= j->symbols->cnt)
		return report_error(
			j->r, BTF_CODE_ELF_RELOC_SYMBOL, &p, (s64)j->symbols->cnt, (s64)en.sym,
			"a relocation refers to symbol %llu, the table has %llu",
			(unsigned long long)en.sym, (unsigned long long)j->symbols->cnt);
	if (rule->op >= RELOC_SET_ULEB)
		return apply_uleb(j, rule->op, en.off, j->symbols->value[en.sym] + en.addend);
	return apply_field(j, rule, en.off, j->symbols->value[en.sym] + en.addend);
}

/* --- many entries --- */

static int apply_all(struct job *j)
{
	int err = 0;
	u64 i;

	for (i = 0; !err && i < j->cnt; i++)
		err = apply_entry(j, i);
	return err ? err : uleb_close(j);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define TYPE_64 1  /* R_X86_64_64 */
#define TYPE_32 10 /* R_X86_64_32 */

/* the first entry from i on that is not a plain one, or cnt */
static u64 apply_plain(const struct job *j, u64 i, u64 cnt)
{
	const u64 *value = j->symbols->value, value_cnt = j->symbols->cnt;
	struct reloc_target *t = j->t;
	const u8 *p = j->entries + i * sizeof(Elf64_Rela);
	u8 *const to = t->to;
	u64 ready = t->ready, v, sym;
	Elf64_Rela raw;
	u32 low;

	for (; i < cnt; i++, p += sizeof(raw)) {
		memcpy(&raw, p, sizeof(raw));
		sym = raw.r_info >> 32;
		if (unlikely(sym >= value_cnt))
			return i;
		if (unlikely(ready < 8 || raw.r_offset > ready - 8)) {
			if (t->size < 8 || raw.r_offset > t->size - 8)
				return i;
			fill(t, raw.r_offset + 8);
			ready = t->ready;
		}
		v = value[sym] + (u64)raw.r_addend;
		if (likely((u32)raw.r_info == TYPE_32)) {
			low = (u32)v;
			if (unlikely(v != low))
				return i;
			memcpy(to + raw.r_offset, &low, sizeof(low));
		} else if (likely((u32)raw.r_info == TYPE_64)) {
			memcpy(to + raw.r_offset, &v, sizeof(v));
		} else {
			return i;
		}
	}
	return i;
}

#define READ_ONCE ((u64)1 << 19) /* entries: fewer are not worth a system call */

/* pages of the file that are read no more: whoever reads them all the same gets them again */
static void give_back(const u8 *p, u64 len)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t from = ((uintptr_t)p + page - 1) / page * page;
	uintptr_t to = ((uintptr_t)p + len) / page * page;

	if (from < to)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

static int apply_x86_64(struct job *j)
{
	bool once = j->t->mapped && j->cnt > READ_ONCE;
	u64 i = 0, first, end, ready;
	int err = 0;

	while (!err && i < j->cnt) {
		first = i;
		ready = j->t->ready;
		end = once ? min_of(j->cnt, i + READ_ONCE) : j->cnt;
		while (!err && (i = apply_plain(j, i, end)) < end)
			err = apply_entry(j, i++);
		if (!once)
			continue;
		give_back(j->entries + first * j->entry_size, (i - first) * j->entry_size);
		if (j->t->from)
			give_back(j->t->from + ready, j->t->ready - ready);
	}
	return err;
}
#endif

static int find_entries(struct job *j, const struct elf_section *s)
{
	struct place p = {.file = j->e->path, .section = s->name};
	size_t word = j->e->is64 ? 8 : 4;
	int err;

	j->rela = s->type == SHT_RELA;
	j->entry_size = (j->rela ? 3 : 2) * word;
	if (s->entsize != j->entry_size || s->size % j->entry_size || s->flags & SHF_COMPRESSED)
		return report_error(
			j->r, BTF_CODE_ELF_RELOC, &p, (s64)j->entry_size, (s64)s->entsize,
			"%llu bytes of entries of %llu bytes: expected a whole number "
			"of entries of %zu bytes",
			(unsigned long long)s->size, (unsigned long long)s->entsize, j->entry_size);
	err = elf_file_bytes(j->e, s, &j->entries, j->r);
	j->cnt = s->size / j->entry_size;
	return err;
}

int reloc_apply(const struct elf *e, const struct elf_section *s, struct reloc_target *t,
		const struct reloc_symbols *symbols, struct btf_report *r)
{
	struct job j = {
		.e = e,
		.m = reloc_machine(e->machine),
		.t = t,
		.symbols = symbols,
		.packed_info = e->machine == EM_MIPS && e->is64,
		.r = r,
	};
	struct place p = {.file = e->path, .section = s->name};
	int err;

	if (!j.m)
		return report_error(r, BTF_CODE_ELF_RELOC_TYPE, &p, BTF_NO_VALUE, e->machine,
				    "relocations of machine %u, which are not known", e->machine);
	err = find_entries(&j, s);
	if (err)
		return err;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	if (e->machine == EM_X86_64 && e->is64 && !e->swap && j.rela)
		return apply_x86_64(&j);
#endif
	return apply_all(&j);
}
