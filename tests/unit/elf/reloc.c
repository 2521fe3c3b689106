// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Relocations of debug sections: every rule of every machine, either class and order; refusals. */
#include "elf/reloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "make_debug.h"

/* --- every type of every machine --- */

/* what comes out with S = SMALL, A = 0x10, P = 8 and a field that held 0x55 */
enum want {
	W_SA = SMALL + 0x10,
	W_SAP = SMALL + 0x10 - 8,
	W_ADD = 0x55 + SMALL + 0x10,
	W_SUB = 0x55 - SMALL - 0x10,
	W_SET6 = (0x55 & 0xc0) | ((SMALL + 0x10) & 0x3f),
	W_ADD6 = (0x55 & 0xc0) | ((0x55 + SMALL + 0x10) & 0x3f),
	W_SUB6 = (0x55 & 0xc0) | ((0x55 - SMALL - 0x10) & 0x3f),
	W_SAME = 0x55,
	W_800 = 0x1800 + SMALL - 0x800, /* here A = 0x1800 and 0x18000 */
	W_8000 = 0x18000 + SMALL - 0x8000,
};

static const struct known {
	u16 machine;
	u16 type;
	u8 size;
	u32 want;
} known[] = {
	/* clang-format off */
	{EM_X86_64, R_X86_64_NONE, 8, W_SAME}, {EM_X86_64, R_X86_64_64, 8, W_SA},
	{EM_X86_64, R_X86_64_PC32, 4, W_SAP}, {EM_X86_64, R_X86_64_32, 4, W_SA},
	{EM_X86_64, R_X86_64_32S, 4, W_SA}, {EM_X86_64, R_X86_64_16, 2, W_SA},
	{EM_X86_64, R_X86_64_PC16, 2, W_SAP}, {EM_X86_64, R_X86_64_8, 1, W_SA},
	{EM_X86_64, R_X86_64_PC8, 1, W_SAP}, {EM_X86_64, R_X86_64_DTPOFF64, 8, W_SA},
	{EM_X86_64, R_X86_64_DTPOFF32, 4, W_SA}, {EM_X86_64, R_X86_64_PC64, 8, W_SAP},
	{EM_386, R_386_NONE, 4, W_SAME}, {EM_386, R_386_32, 4, W_SA},
	{EM_386, R_386_PC32, 4, W_SAP}, {EM_386, R_386_16, 2, W_SA},
	{EM_386, R_386_PC16, 2, W_SAP}, {EM_386, R_386_8, 1, W_SA},
	{EM_386, R_386_PC8, 1, W_SAP}, {EM_386, R_386_TLS_LDO_32, 4, W_SA},
	{EM_AARCH64, R_AARCH64_NONE, 8, W_SAME}, {EM_AARCH64, 256, 8, W_SAME},
	{EM_AARCH64, R_AARCH64_ABS64, 8, W_SA}, {EM_AARCH64, R_AARCH64_ABS32, 4, W_SA},
	{EM_AARCH64, R_AARCH64_ABS16, 2, W_SA}, {EM_AARCH64, R_AARCH64_PREL64, 8, W_SAP},
	{EM_AARCH64, R_AARCH64_PREL32, 4, W_SAP}, {EM_AARCH64, R_AARCH64_PREL16, 2, W_SAP},
	{EM_AARCH64, R_AARCH64_TLS_DTPREL, 8, W_SA}, {EM_ARM, R_ARM_NONE, 4, W_SAME},
	{EM_ARM, R_ARM_ABS32, 4, W_SA}, {EM_ARM, R_ARM_REL32, 4, W_SAP},
	{EM_ARM, R_ARM_ABS16, 2, W_SA}, {EM_ARM, R_ARM_ABS8, 1, W_SA},
	{EM_ARM, R_ARM_TLS_LDO32, 4, W_SA}, {EM_RISCV, R_RISCV_NONE, 8, W_SAME},
	{EM_RISCV, R_RISCV_32, 4, W_SA}, {EM_RISCV, R_RISCV_64, 8, W_SA},
	{EM_RISCV, R_RISCV_TLS_DTPREL32, 4, W_800}, {EM_RISCV, R_RISCV_TLS_DTPREL64, 8, W_800},
	{EM_RISCV, R_RISCV_ADD8, 1, W_ADD}, {EM_RISCV, R_RISCV_ADD16, 2, W_ADD},
	{EM_RISCV, R_RISCV_ADD32, 4, W_ADD}, {EM_RISCV, R_RISCV_ADD64, 8, W_ADD},
	{EM_RISCV, R_RISCV_SUB8, 1, W_SUB}, {EM_RISCV, R_RISCV_SUB16, 2, W_SUB},
	{EM_RISCV, R_RISCV_SUB32, 4, W_SUB}, {EM_RISCV, R_RISCV_SUB64, 8, W_SUB},
	{EM_RISCV, R_RISCV_ALIGN, 8, W_SAME}, {EM_RISCV, R_RISCV_RELAX, 8, W_SAME},
	{EM_RISCV, R_RISCV_SUB6, 1, W_SUB6}, {EM_RISCV, R_RISCV_SET6, 1, W_SET6},
	{EM_RISCV, R_RISCV_SET8, 1, W_SA}, {EM_RISCV, R_RISCV_SET16, 2, W_SA},
	{EM_RISCV, R_RISCV_SET32, 4, W_SA}, {EM_RISCV, R_RISCV_32_PCREL, 4, W_SAP},
	{EM_RISCV, 60, 1, W_SA}, {EM_RISCV, 61, 1, W_SUB}, {EM_PPC64, R_PPC64_NONE, 8, W_SAME},
	{EM_PPC64, R_PPC64_ADDR32, 4, W_SA}, {EM_PPC64, R_PPC64_ADDR16, 2, W_SA},
	{EM_PPC64, R_PPC64_UADDR32, 4, W_SA}, {EM_PPC64, R_PPC64_UADDR16, 2, W_SA},
	{EM_PPC64, R_PPC64_REL32, 4, W_SAP}, {EM_PPC64, R_PPC64_ADDR64, 8, W_SA},
	{EM_PPC64, R_PPC64_UADDR64, 8, W_SA}, {EM_PPC64, R_PPC64_REL64, 8, W_SAP},
	{EM_PPC64, R_PPC64_DTPREL64, 8, W_8000}, {EM_PPC, R_PPC_NONE, 4, W_SAME},
	{EM_PPC, R_PPC_ADDR32, 4, W_SA}, {EM_PPC, R_PPC_ADDR16, 2, W_SA},
	{EM_PPC, R_PPC_UADDR32, 4, W_SA}, {EM_PPC, R_PPC_UADDR16, 2, W_SA},
	{EM_PPC, R_PPC_REL32, 4, W_SAP}, {EM_PPC, R_PPC_DTPREL32, 4, W_8000},
	{EM_S390, R_390_NONE, 8, W_SAME}, {EM_S390, R_390_8, 1, W_SA},
	{EM_S390, R_390_16, 2, W_SA}, {EM_S390, R_390_32, 4, W_SA},
	{EM_S390, R_390_PC32, 4, W_SAP}, {EM_S390, R_390_PC16, 2, W_SAP},
	{EM_S390, R_390_64, 8, W_SA}, {EM_S390, R_390_PC64, 8, W_SAP},
	{EM_S390, R_390_TLS_LDO32, 4, W_SA}, {EM_S390, R_390_TLS_LDO64, 8, W_SA},
	{EM_MIPS, R_MIPS_NONE, 8, W_SAME}, {EM_MIPS, R_MIPS_16, 2, W_SA},
	{EM_MIPS, R_MIPS_32, 4, W_SA}, {EM_MIPS, R_MIPS_64, 8, W_SA},
	{EM_MIPS, R_MIPS_TLS_DTPREL32, 4, W_8000}, {EM_MIPS, R_MIPS_TLS_DTPREL64, 8, W_8000},
	{EM_MIPS, 248, 4, W_SAP}, {EM_LOONGARCH, R_LARCH_NONE, 8, W_SAME},
	{EM_LOONGARCH, R_LARCH_32, 4, W_SA}, {EM_LOONGARCH, R_LARCH_64, 8, W_SA},
	{EM_LOONGARCH, R_LARCH_TLS_DTPREL32, 4, W_SA},
	{EM_LOONGARCH, R_LARCH_TLS_DTPREL64, 8, W_SA},
	{EM_LOONGARCH, R_LARCH_MARK_LA, 8, W_SAME},
	{EM_LOONGARCH, R_LARCH_MARK_PCREL, 8, W_SAME}, {EM_LOONGARCH, R_LARCH_ADD8, 1, W_ADD},
	{EM_LOONGARCH, R_LARCH_ADD16, 2, W_ADD}, {EM_LOONGARCH, R_LARCH_ADD24, 3, W_ADD},
	{EM_LOONGARCH, R_LARCH_ADD32, 4, W_ADD}, {EM_LOONGARCH, R_LARCH_ADD64, 8, W_ADD},
	{EM_LOONGARCH, R_LARCH_SUB8, 1, W_SUB}, {EM_LOONGARCH, R_LARCH_SUB16, 2, W_SUB},
	{EM_LOONGARCH, R_LARCH_SUB24, 3, W_SUB}, {EM_LOONGARCH, R_LARCH_SUB32, 4, W_SUB},
	{EM_LOONGARCH, R_LARCH_SUB64, 8, W_SUB}, {EM_LOONGARCH, 99, 4, W_SAP},
	{EM_LOONGARCH, 100, 8, W_SAME}, {EM_LOONGARCH, 102, 8, W_SAME},
	{EM_LOONGARCH, 105, 1, W_ADD6}, {EM_LOONGARCH, 106, 1, W_SUB6},
	{EM_LOONGARCH, 107, 1, W_ADD}, {EM_LOONGARCH, 108, 1, W_SUB},
	{EM_LOONGARCH, 109, 8, W_SAP}, {EM_SPARCV9, R_SPARC_NONE, 8, W_SAME},
	{EM_SPARCV9, R_SPARC_8, 1, W_SA}, {EM_SPARCV9, R_SPARC_16, 2, W_SA},
	{EM_SPARCV9, R_SPARC_32, 4, W_SA}, {EM_SPARCV9, R_SPARC_DISP32, 4, W_SAP},
	{EM_SPARCV9, R_SPARC_UA32, 4, W_SA}, {EM_SPARCV9, R_SPARC_64, 8, W_SA},
	{EM_SPARCV9, R_SPARC_DISP64, 8, W_SAP}, {EM_SPARCV9, R_SPARC_UA64, 8, W_SA},
	{EM_SPARCV9, R_SPARC_UA16, 2, W_SA}, {EM_SPARCV9, R_SPARC_TLS_DTPOFF32, 4, W_SA},
	{EM_SPARCV9, R_SPARC_TLS_DTPOFF64, 8, W_SA}, {EM_SPARC, R_SPARC_32, 4, W_SA},
	{EM_SPARC, R_SPARC_UA32, 4, W_SA}, {EM_BPF, R_BPF_NONE, 8, W_SAME},
	{EM_BPF, 2, 8, W_SA}, {EM_BPF, 3, 4, W_SA}, {EM_BPF, 4, 4, W_SA},
	/* clang-format on */
};

static const struct known *find_known(u16 machine, u16 type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].machine == machine && known[i].type == type)
			return &known[i];
	return NULL;
}

/* with REL the addend is what the field holds, except where the field is added to */
static void one_type(int class, int order, bool rela, const struct known *k)
{
	bool uleb = (k->machine == EM_RISCV && k->type >= 60) ||
		    (k->machine == EM_LOONGARCH && (k->type == 107 || k->type == 108));
	bool none = k->want == W_SAME;
	bool adds = k->want == W_ADD || k->want == W_SUB || k->want == W_ADD6 ||
		    k->want == W_SUB6 || k->want == W_SET6 || uleb;
	s64 addend = k->want == W_800 ? 0x1800 : k->want == W_8000 ? 0x18000 : 0x10;
	struct entry e = {8, k->type, k->want == W_800 || k->want == W_8000 ? IN_TLS : IN_STR,
			  addend};
	struct input in = {.class = class,
			   .order = order,
			   .machine = k->machine,
			   .rela = rela,
			   .entries = &e,
			   .cnt = 1,
			   .info_size = 24};
	u8 info[24], out[24];
	u64 field = rela || none || adds ? 0x55 : (u64)addend, want = k->want;
	u64 mask = k->size == 8 ? ~0ull : (1ull << 8 * k->size) - 1;

	if (!rela && adds) {
		/* there is no addend at all */
		switch (k->want) {
		case W_ADD:
			want = 0x55 + SMALL;
			break;
		case W_SUB:
			want = 0x55 - SMALL;
			break;
		case W_SET6:
			want = (0x55 & 0xc0) | (SMALL & 0x3f);
			break;
		case W_ADD6:
			want = (0x55 & 0xc0) | ((0x55 + SMALL) & 0x3f);
			break;
		case W_SUB6:
			want = (0x55 & 0xc0) | ((0x55 - SMALL) & 0x3f);
			break;
		default:
			want = SMALL;
		}
	}
	if (uleb && want > 0x7f)
		return; /* for a ULEB128 of one byte; there are tests of their own */
	memset(info, 0xee, sizeof(info));
	make_number(order, field, k->size, info + 8);
	in.info = info;
	assert_int_equal(relocated(&in, out), BTF_CODE_NONE);
	if (number(out + 8, k->size, order) != (want & mask))
		print_error("machine %u type %u class %d order %d rela %d\n", k->machine, k->type,
			    class, order, rela);
	assert_int_equal(number(out + 8, k->size, order), want & mask);
	assert_memory_equal(out, info, 8);
	assert_memory_equal(out + 8 + k->size, info + 8 + k->size, 16 - k->size);
}

static void every_type(void **state)
{
	const struct reloc_machine *m;
	size_t i, j, k;

	(void)state;
	for (i = 0; (m = reloc_machine_at(i)); i++) {
		for (j = 0; j < m->cnt; j++) {
			u16 type = m->rules[j].type;
			const struct known *row = find_known(m->machine, type);

			if (!row && m->machine == EM_SPARC)
				row = find_known(EM_SPARCV9, type);
			if (!row)
				print_error("no test of %s type %u\n", m->name, type);
			assert_non_null(row);
			for (k = 0; k < 8; k++) {
				struct known here = *row;
				int class = k & 1 ? ELFCLASS64 : ELFCLASS32;

				here.machine = m->machine;
				/* r_info of 32 bits has room for 8 */
				if (class == ELFCLASS32 && (type > 0xff || here.size == 8))
					continue;
				one_type(class, k & 2 ? ELFDATA2MSB : ELFDATA2LSB, k & 4, &here);
			}
		}
	}
	assert_true(i >= 11);
	for (i = 0; i < ARRAY_SIZE(known); i++)
		assert_non_null(reloc_machine(known[i].machine));
	assert_null(reloc_machine(EM_VAX));
}

/* --- what symbols stand for --- */

static u64 value_of(int class, int order, u16 machine, u32 type, enum symbol symbol)
{
	struct entry e = {0, type, symbol, 4};
	u8 info[16] = {0}, out[16];
	struct input in = {.class = class,
			   .order = order,
			   .machine = machine,
			   .rela = true,
			   .entries = &e,
			   .cnt = 1,
			   .info = info,
			   .info_size = sizeof(info)};

	assert_int_equal(relocated(&in, out), BTF_CODE_NONE);
	return number(out, 4, order);
}

static void symbols(void **state)
{
	static const struct {
		int class, order;
		u16 machine, type;
	} form[] = {
		{ELFCLASS64, ELFDATA2LSB, EM_X86_64, R_X86_64_32},
		{ELFCLASS64, ELFDATA2MSB, EM_S390, R_390_32},
		{ELFCLASS32, ELFDATA2LSB, EM_386, R_386_32},
		{ELFCLASS32, ELFDATA2MSB, EM_PPC, R_PPC_ADDR32},
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(form); i++) {
#define VALUE(s) value_of(form[i].class, form[i].order, form[i].machine, form[i].type, s)
		assert_int_equal(VALUE(NO_SYMBOL), 4);
		assert_int_equal(VALUE(IN_TEXT), TEXT_ADDRESS + 0x24);
		assert_int_equal(VALUE(IN_STR), SMALL + 4);
		assert_int_equal(VALUE(IN_TLS), SMALL + 4);
		assert_int_equal(VALUE(ABSOLUTE), 0x1238);
		assert_int_equal(VALUE(UNDEFINED), 4);
		assert_int_equal(VALUE(COMMON), 4);
#undef VALUE
	}
}

static void linked_stays(void **state)
{
	struct entry e = {0, R_X86_64_32, IN_TEXT, 0};
	struct input in = {.class = ELFCLASS64,
			   .order = ELFDATA2LSB,
			   .machine = EM_X86_64,
			   .rela = true,
			   .entries = &e,
			   .cnt = 1,
			   .info = "as linked",
			   .info_size = 10,
			   .type = ET_EXEC};
	u8 out[10];

	(void)state;
	assert_int_equal(relocated(&in, out), BTF_CODE_NONE);
	assert_string_equal(out, "as linked");
}

/* --- the loop for x86-64 --- */

static u64 next_random(u64 *s)
{
	*s = *s * 6364136223846793005ull + 1442695040888963407ull;
	return *s >> 33;
}

/* many entries in any order, over several of the steps in which bytes are copied */
static void many_entries(void **state)
{
	enum { SIZE = 100000, CNT = 20000 };
	static const u32 types[] = {R_X86_64_32, R_X86_64_32,	R_X86_64_64,
				    R_X86_64_16, R_X86_64_NONE, R_X86_64_PC32};
	static const u64 values[] = {0, TEXT_ADDRESS + 0x20, SMALL};
	u8 *info = malloc(SIZE), *want = malloc(SIZE), *out = malloc(SIZE);
	struct entry *e = calloc(CNT, sizeof(*e));
	struct input in = {.class = ELFCLASS64,
			   .order = ELFDATA2LSB,
			   .machine = EM_X86_64,
			   .rela = true,
			   .entries = e,
			   .cnt = CNT,
			   .info = info,
			   .info_size = SIZE};
	u64 seed = 1, v;
	int sorted, i;

	(void)state;
	assert_true(info && want && out && e);
	for (sorted = 0; sorted < 2; sorted++) {
		for (i = 0; i < SIZE; i++)
			want[i] = info[i] = (u8)next_random(&seed);
		for (i = 0; i < CNT; i++) {
			e[i].off = sorted ? (u64)i * 5 : next_random(&seed) % (SIZE - 8);
			if (i == CNT / 2)
				e[i].off = SIZE - 4;
			e[i].type = i == CNT / 2 ? R_X86_64_32
						 : types[next_random(&seed) % ARRAY_SIZE(types)];
			e[i].symbol = next_random(&seed) % 3;
			e[i].addend = (s64)(next_random(&seed) % 0x4000);
			v = values[e[i].symbol] + (u64)e[i].addend;
			if (e[i].type == R_X86_64_16)
				e[i].symbol = IN_STR, v = SMALL + (u64)e[i].addend;
			if (e[i].type == R_X86_64_PC32)
				v -= e[i].off;
			make_number(ELFDATA2LSB, v,
				    e[i].type == R_X86_64_64	 ? 8
				    : e[i].type == R_X86_64_16	 ? 2
				    : e[i].type == R_X86_64_NONE ? 0
								 : 4,
				    want + e[i].off);
		}
		assert_int_equal(relocated(&in, out), BTF_CODE_NONE);
		assert_memory_equal(out, want, SIZE);
	}
	free(info);
	free(want);
	free(out);
	free(e);
}

/* --- ULEB128 --- */

static enum btf_code uleb(const char *bytes, size_t size, u64 first, u64 second, u8 *out)
{
	struct entry e[] = {{0, 60, NO_SYMBOL, (s64)first}, {0, 61, NO_SYMBOL, (s64)second}};
	struct input in = {.class = ELFCLASS64,
			   .order = ELFDATA2LSB,
			   .machine = EM_RISCV,
			   .rela = true,
			   .entries = e,
			   .cnt = 2,
			   .info = bytes,
			   .info_size = size};

	return relocated(&in, out);
}

static enum btf_code uleb_loongarch(const char *bytes, size_t size, u64 first, u64 second, u8 *out)
{
	/* another place in between: the first number is done by then */
	struct entry e[] = {{0, 107, NO_SYMBOL, (s64)first},
			    {0, 108, NO_SYMBOL, (s64)second},
			    {2, 47, NO_SYMBOL, 0}};
	struct input in = {.class = ELFCLASS64,
			   .order = ELFDATA2LSB,
			   .machine = EM_LOONGARCH,
			   .rela = true,
			   .entries = e,
			   .cnt = 3,
			   .info = bytes,
			   .info_size = size};

	return relocated(&in, out);
}

static void uleb128(void **state)
{
	u8 out[16];

	(void)state;
	/* both are addresses, only their difference fits; the length stays */
	assert_int_equal(uleb("\x80\0x", 3, 0x12345678, 0x12345603, out), BTF_CODE_NONE);
	assert_memory_equal(out, "\xf5\0x", 3);
	assert_int_equal(uleb("\x80\0x", 3, 0x12345678, 0x12344678, out), BTF_CODE_NONE);
	assert_memory_equal(out, "\x80\x20x", 3);
	assert_int_equal(uleb("\x80\0x", 3, 0x12345678, 0x12341678, out), BTF_CODE_ELF_RELOC_VALUE);
	assert_int_equal(uleb("\0x", 2, 1, 2, out), BTF_CODE_ELF_RELOC_VALUE);
	/* ten bytes hold everything */
	assert_int_equal(uleb("\x80\x80\x80\x80\x80\x80\x80\x80\x80\0", 10, 1, 2, out),
			 BTF_CODE_NONE);
	assert_memory_equal(out, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
	/* LoongArch adds to what is there */
	assert_int_equal(uleb_loongarch("\x85\0x", 3, 0x12345678, 0x12345603, out), BTF_CODE_NONE);
	assert_memory_equal(out, "\xfa\0x", 3);
	/* no end in the section, and none within ten bytes */
	assert_int_equal(uleb("\x80\x80", 2, 1, 0, out), BTF_CODE_ELF_RELOC_OFFSET);
	assert_int_equal(uleb("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\0", 12, 1, 0, out),
			 BTF_CODE_ELF_RELOC_OFFSET);
}

/* --- refused --- */

static enum btf_code refused(u16 machine, struct entry e, size_t size)
{
	static const u8 info[64];
	struct input in = {.class = ELFCLASS64,
			   .order = ELFDATA2LSB,
			   .machine = machine,
			   .rela = true,
			   .entries = &e,
			   .cnt = 1,
			   .info = info,
			   .info_size = size};

	return relocated(&in, NULL);
}

static void bad_entries(void **state)
{
	(void)state;
#define IS(code, machine, size, ...)                                                               \
	assert_int_equal(refused(machine, (struct entry){__VA_ARGS__}, size), BTF_CODE_##code)
	IS(ELF_RELOC_TYPE, EM_X86_64, 16, 0, R_X86_64_GOTPCREL, 0, 0);
	IS(ELF_RELOC_TYPE, EM_VAX, 16, 0, 1, 0, 0);
	IS(ELF_RELOC_TYPE, EM_MIPS, 16, 0, 2 | 18 << 8, 0, 0);
	IS(ELF_RELOC_SYMBOL, EM_X86_64, 16, 0, R_X86_64_32, SYMBOLS, 0);
	IS(ELF_RELOC_SYMBOL, EM_X86_64, 16, 0, R_X86_64_32, UINT32_MAX, 0);
	IS(ELF_RELOC_SYMBOL, EM_S390, 16, 0, R_390_32, 1 << 24, 0);
	IS(ELF_RELOC_OFFSET, EM_X86_64, 16, 13, R_X86_64_32, 0, 0);
	IS(ELF_RELOC_OFFSET, EM_X86_64, 16, 9, R_X86_64_64, 0, 0);
	IS(ELF_RELOC_OFFSET, EM_X86_64, 3, 0, R_X86_64_32, 0, 0);
	IS(ELF_RELOC_OFFSET, EM_X86_64, 16, UINT64_MAX, R_X86_64_32, 0, 0);
	IS(ELF_RELOC_OFFSET, EM_X86_64, 16, UINT64_MAX - 3, R_X86_64_32, 0, 0);
	IS(ELF_RELOC_OFFSET, EM_AARCH64, 16, UINT64_MAX - 3, 258, 0, 0);
	IS(ELF_RELOC_OFFSET, EM_RISCV, 16, 16, 60, 0, 0);
	IS(ELF_RELOC_VALUE, EM_X86_64, 16, 0, R_X86_64_32, 0, -1);
	IS(ELF_RELOC_VALUE, EM_X86_64, 16, 0, R_X86_64_32, 0, 1ll << 32);
	IS(ELF_RELOC_VALUE, EM_X86_64, 16, 0, R_X86_64_32S, 0, 1ll << 31);
	IS(ELF_RELOC_VALUE, EM_X86_64, 16, 0, R_X86_64_16, 0, 0x10000);
	IS(ELF_RELOC_VALUE, EM_X86_64, 16, 0, R_X86_64_8, IN_TEXT, 0);
	IS(ELF_RELOC_VALUE, EM_AARCH64, 16, 0, 258, 0, 1ll << 32);
	/* and what just fits */
	IS(NONE, EM_X86_64, 16, 12, R_X86_64_32, 0, UINT32_MAX);
	IS(NONE, EM_X86_64, 16, 8, R_X86_64_64, 0, -1);
	IS(NONE, EM_X86_64, 4, 0, R_X86_64_32, 0, 1);
	IS(NONE, EM_AARCH64, 16, 12, 258, 0, INT32_MIN);
	IS(NONE, EM_X86_64, 16, UINT64_MAX, R_X86_64_NONE, 77777, 0);
#undef IS
}

static void says_what(void **state)
{
	struct entry entry = {0x24, R_390_12, IN_TEXT, 0};
	static const u8 info[64];
	struct input in = {.class = ELFCLASS64,
			   .order = ELFDATA2MSB,
			   .machine = EM_S390,
			   .rela = true,
			   .entries = &entry,
			   .cnt = 1,
			   .info = info,
			   .info_size = 64};
	struct btf_report *r = btf_report__new();
	struct made m = make_input(&in);
	const struct btf_finding *f;
	struct debug_opts o = {0};
	struct debug_image image = {.address_cnt = 4711};
	struct elf e;

	(void)state;
	assert_int_equal(elf_init(&e, m.data, m.size, "mod.ko", 0, r), 0);
	assert_int_equal(debug_image_init(&image, &e, &o, r), -EOPNOTSUPP);
	assert_int_equal(image.address_cnt, 4711);
	f = btf_report__get(r, 0);
	assert_string_equal(f->file, "mod.ko");
	assert_string_equal(f->section, ".debug_info");
	assert_int_equal(f->offset, 0x24);
	assert_non_null(strstr(f->text, "type 2 of s390"));
	elf_deinit(&e);
	made_free(&m);
	btf_report__free(r);
}

static void bad_sections(void **state)
{
	struct entry e = {0, R_X86_64_32, IN_TEXT, 0};
	static const u8 info[64];
	const struct input good = {.class = ELFCLASS64,
				   .order = ELFDATA2LSB,
				   .machine = EM_X86_64,
				   .rela = true,
				   .entries = &e,
				   .cnt = 1,
				   .info = info,
				   .info_size = 64};
	struct input in;

	(void)state;
	assert_int_equal(relocated(&good, NULL), BTF_CODE_NONE);
#define IS(code, field, value)                                                                     \
	in = good;                                                                                 \
	in.field = value;                                                                          \
	assert_int_equal(relocated(&in, NULL), BTF_CODE_##code)
	IS(ELF_RELOC, rel_cut, 8);
	IS(ELF_RELOC, rel_entsize, 16);
	IS(ELF_RELOC, rel_link, 500);
	IS(ELF_RELOC_TYPE, rel_type, 0x40000014);
	IS(ELF_SYMBOLS, rel_link, STR);
	IS(NONE, rel_info, 500); /* applies to nothing */
	IS(NONE, rel_info, TEXT);
#undef IS
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type),	cmocka_unit_test(symbols),
		cmocka_unit_test(linked_stays), cmocka_unit_test(many_entries),
		cmocka_unit_test(uleb128),	cmocka_unit_test(bad_entries),
		cmocka_unit_test(says_what),	cmocka_unit_test(bad_sections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
