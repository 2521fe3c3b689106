// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * What relocation types do, by machine.
 *
 * In: EM_* of an ELF header. Out: the types that assemblers use in sections that are not loaded.
 * Always: numbers, not <elf.h> names, because older ones lack half of them; the name stands
 * beside each. A type that is missing here is refused, never guessed.
 */
#include "elf/reloc.h"

/* machines that <elf.h> of glibc 2.35 lacks */
#define MACHINE_LOONGARCH 258

static const struct reloc_rule x86_64[] = {
	{10, RELOC_SET_UNSIGNED, 4}, /* R_X86_64_32 */
	{1, RELOC_SET, 8},	     /* R_X86_64_64 */
	{0, RELOC_NOTHING, 0},	     /* R_X86_64_NONE */
	{11, RELOC_SET_SIGNED, 4},   /* R_X86_64_32S */
	{12, RELOC_SET, 2},	     /* R_X86_64_16 */
	{14, RELOC_SET, 1},	     /* R_X86_64_8 */
	{2, RELOC_PLACE, 4},	     /* R_X86_64_PC32 */
	{24, RELOC_PLACE, 8},	     /* R_X86_64_PC64 */
	{13, RELOC_PLACE, 2},	     /* R_X86_64_PC16 */
	{15, RELOC_PLACE, 1},	     /* R_X86_64_PC8 */
	{17, RELOC_TLS, 8},	     /* R_X86_64_DTPOFF64 */
	{21, RELOC_TLS, 4},	     /* R_X86_64_DTPOFF32 */
};

static const struct reloc_rule i386[] = {
	{1, RELOC_SET, 4},     /* R_386_32 */
	{0, RELOC_NOTHING, 0}, /* R_386_NONE */
	{2, RELOC_PLACE, 4},   /* R_386_PC32 */
	{20, RELOC_SET, 2},    /* R_386_16 */
	{21, RELOC_PLACE, 2},  /* R_386_PC16 */
	{22, RELOC_SET, 1},    /* R_386_8 */
	{23, RELOC_PLACE, 1},  /* R_386_PC8 */
	{32, RELOC_TLS, 4},    /* R_386_TLS_LDO_32 */
};

static const struct reloc_rule arm64[] = {
	{258, RELOC_SET, 4},	 /* R_AARCH64_ABS32 */
	{257, RELOC_SET, 8},	 /* R_AARCH64_ABS64 */
	{0, RELOC_NOTHING, 0},	 /* R_AARCH64_NONE */
	{256, RELOC_NOTHING, 0}, /* R_AARCH64_NONE as it was before */
	{259, RELOC_SET, 2},	 /* R_AARCH64_ABS16 */
	{260, RELOC_PLACE, 8},	 /* R_AARCH64_PREL64 */
	{261, RELOC_PLACE, 4},	 /* R_AARCH64_PREL32 */
	{262, RELOC_PLACE, 2},	 /* R_AARCH64_PREL16 */
	{1029, RELOC_TLS, 8},	 /* R_AARCH64_TLS_DTPREL64 */
};

static const struct reloc_rule arm[] = {
	{2, RELOC_SET, 4},     /* R_ARM_ABS32 */
	{0, RELOC_NOTHING, 0}, /* R_ARM_NONE */
	{3, RELOC_PLACE, 4},   /* R_ARM_REL32 */
	{5, RELOC_SET, 2},     /* R_ARM_ABS16 */
	{8, RELOC_SET, 1},     /* R_ARM_ABS8 */
	{106, RELOC_TLS, 4},   /* R_ARM_TLS_LDO32 */
};

static const struct reloc_rule riscv[] = {
	{1, RELOC_SET, 4},	 /* R_RISCV_32 */
	{2, RELOC_SET, 8},	 /* R_RISCV_64 */
	{35, RELOC_ADD, 4},	 /* R_RISCV_ADD32 */
	{39, RELOC_SUB, 4},	 /* R_RISCV_SUB32 */
	{36, RELOC_ADD, 8},	 /* R_RISCV_ADD64 */
	{40, RELOC_SUB, 8},	 /* R_RISCV_SUB64 */
	{34, RELOC_ADD, 2},	 /* R_RISCV_ADD16 */
	{38, RELOC_SUB, 2},	 /* R_RISCV_SUB16 */
	{33, RELOC_ADD, 1},	 /* R_RISCV_ADD8 */
	{37, RELOC_SUB, 1},	 /* R_RISCV_SUB8 */
	{52, RELOC_SUB_6, 1},	 /* R_RISCV_SUB6 */
	{53, RELOC_SET_6, 1},	 /* R_RISCV_SET6 */
	{54, RELOC_SET_WRAP, 1}, /* R_RISCV_SET8 */
	{55, RELOC_SET_WRAP, 2}, /* R_RISCV_SET16 */
	{56, RELOC_SET_WRAP, 4}, /* R_RISCV_SET32 */
	{57, RELOC_PLACE, 4},	 /* R_RISCV_32_PCREL */
	{60, RELOC_SET_ULEB, 0}, /* R_RISCV_SET_ULEB128 */
	{61, RELOC_SUB_ULEB, 0}, /* R_RISCV_SUB_ULEB128 */
	{8, RELOC_TLS_800, 4},	 /* R_RISCV_TLS_DTPREL32 */
	{9, RELOC_TLS_800, 8},	 /* R_RISCV_TLS_DTPREL64 */
	{0, RELOC_NOTHING, 0},	 /* R_RISCV_NONE */
	{43, RELOC_NOTHING, 0},	 /* R_RISCV_ALIGN: nothing is moved here */
	{51, RELOC_NOTHING, 0},	 /* R_RISCV_RELAX */
};

static const struct reloc_rule ppc64[] = {
	{1, RELOC_SET, 4},	 /* R_PPC64_ADDR32 */
	{38, RELOC_SET, 8},	 /* R_PPC64_ADDR64 */
	{0, RELOC_NOTHING, 0},	 /* R_PPC64_NONE */
	{3, RELOC_SET, 2},	 /* R_PPC64_ADDR16 */
	{24, RELOC_SET, 4},	 /* R_PPC64_UADDR32 */
	{25, RELOC_SET, 2},	 /* R_PPC64_UADDR16 */
	{43, RELOC_SET, 8},	 /* R_PPC64_UADDR64 */
	{26, RELOC_PLACE, 4},	 /* R_PPC64_REL32 */
	{44, RELOC_PLACE, 8},	 /* R_PPC64_REL64 */
	{78, RELOC_TLS_8000, 8}, /* R_PPC64_DTPREL64 */
};

static const struct reloc_rule ppc[] = {
	{1, RELOC_SET, 4},	 /* R_PPC_ADDR32 */
	{0, RELOC_NOTHING, 0},	 /* R_PPC_NONE */
	{3, RELOC_SET, 2},	 /* R_PPC_ADDR16 */
	{24, RELOC_SET, 4},	 /* R_PPC_UADDR32 */
	{25, RELOC_SET, 2},	 /* R_PPC_UADDR16 */
	{26, RELOC_PLACE, 4},	 /* R_PPC_REL32 */
	{78, RELOC_TLS_8000, 4}, /* R_PPC_DTPREL32 */
};

static const struct reloc_rule s390[] = {
	{4, RELOC_SET, 4},     /* R_390_32 */
	{22, RELOC_SET, 8},    /* R_390_64 */
	{0, RELOC_NOTHING, 0}, /* R_390_NONE */
	{1, RELOC_SET, 1},     /* R_390_8 */
	{3, RELOC_SET, 2},     /* R_390_16 */
	{5, RELOC_PLACE, 4},   /* R_390_PC32 */
	{16, RELOC_PLACE, 2},  /* R_390_PC16 */
	{23, RELOC_PLACE, 8},  /* R_390_PC64 */
	{52, RELOC_TLS, 4},    /* R_390_TLS_LDO32 */
	{53, RELOC_TLS, 8},    /* R_390_TLS_LDO64 */
};

static const struct reloc_rule mips[] = {
	{2, RELOC_SET, 4},	 /* R_MIPS_32 */
	{18, RELOC_SET, 8},	 /* R_MIPS_64 */
	{0, RELOC_NOTHING, 0},	 /* R_MIPS_NONE */
	{1, RELOC_SET, 2},	 /* R_MIPS_16 */
	{248, RELOC_PLACE, 4},	 /* R_MIPS_PC32 */
	{39, RELOC_TLS_8000, 4}, /* R_MIPS_TLS_DTPREL32 */
	{41, RELOC_TLS_8000, 8}, /* R_MIPS_TLS_DTPREL64 */
};

static const struct reloc_rule loongarch[] = {
	{1, RELOC_SET, 4},	  /* R_LARCH_32 */
	{2, RELOC_SET, 8},	  /* R_LARCH_64 */
	{50, RELOC_ADD, 4},	  /* R_LARCH_ADD32 */
	{55, RELOC_SUB, 4},	  /* R_LARCH_SUB32 */
	{51, RELOC_ADD, 8},	  /* R_LARCH_ADD64 */
	{56, RELOC_SUB, 8},	  /* R_LARCH_SUB64 */
	{47, RELOC_ADD, 1},	  /* R_LARCH_ADD8 */
	{52, RELOC_SUB, 1},	  /* R_LARCH_SUB8 */
	{48, RELOC_ADD, 2},	  /* R_LARCH_ADD16 */
	{53, RELOC_SUB, 2},	  /* R_LARCH_SUB16 */
	{49, RELOC_ADD, 3},	  /* R_LARCH_ADD24 */
	{54, RELOC_SUB, 3},	  /* R_LARCH_SUB24 */
	{105, RELOC_ADD_6, 1},	  /* R_LARCH_ADD6 */
	{106, RELOC_SUB_6, 1},	  /* R_LARCH_SUB6 */
	{107, RELOC_ADD_ULEB, 0}, /* R_LARCH_ADD_ULEB128 */
	{108, RELOC_SUB_ULEB, 0}, /* R_LARCH_SUB_ULEB128 */
	{99, RELOC_PLACE, 4},	  /* R_LARCH_32_PCREL */
	{109, RELOC_PLACE, 8},	  /* R_LARCH_64_PCREL */
	{8, RELOC_TLS, 4},	  /* R_LARCH_TLS_DTPREL32 */
	{9, RELOC_TLS, 8},	  /* R_LARCH_TLS_DTPREL64 */
	{0, RELOC_NOTHING, 0},	  /* R_LARCH_NONE */
	{20, RELOC_NOTHING, 0},	  /* R_LARCH_MARK_LA */
	{21, RELOC_NOTHING, 0},	  /* R_LARCH_MARK_PCREL */
	{100, RELOC_NOTHING, 0},  /* R_LARCH_RELAX */
	{102, RELOC_NOTHING, 0},  /* R_LARCH_ALIGN: nothing is moved here */
};

static const struct reloc_rule sparc[] = {
	{3, RELOC_SET, 4},     /* R_SPARC_32 */
	{23, RELOC_SET, 4},    /* R_SPARC_UA32 */
	{32, RELOC_SET, 8},    /* R_SPARC_64 */
	{54, RELOC_SET, 8},    /* R_SPARC_UA64 */
	{0, RELOC_NOTHING, 0}, /* R_SPARC_NONE */
	{1, RELOC_SET, 1},     /* R_SPARC_8 */
	{2, RELOC_SET, 2},     /* R_SPARC_16 */
	{55, RELOC_SET, 2},    /* R_SPARC_UA16 */
	{6, RELOC_PLACE, 4},   /* R_SPARC_DISP32 */
	{46, RELOC_PLACE, 8},  /* R_SPARC_DISP64 */
	{76, RELOC_TLS, 4},    /* R_SPARC_TLS_DTPOFF32 */
	{77, RELOC_TLS, 8},    /* R_SPARC_TLS_DTPOFF64 */
};

static const struct reloc_rule bpf[] = {
	{3, RELOC_SET, 4},     /* R_BPF_64_ABS32 */
	{2, RELOC_SET, 8},     /* R_BPF_64_ABS64 */
	{4, RELOC_SET, 4},     /* R_BPF_64_NODYLD32 */
	{0, RELOC_NOTHING, 0}, /* R_BPF_NONE */
};

#define MACHINE(em, name, rules)                                                                   \
	{                                                                                          \
		em, name, rules, ARRAY_SIZE(rules)                                                 \
	}
static const struct reloc_machine machines[] = {
	MACHINE(EM_X86_64, "x86-64", x86_64),  MACHINE(EM_386, "i386", i386),
	MACHINE(EM_AARCH64, "arm64", arm64),   MACHINE(EM_ARM, "arm", arm),
	MACHINE(EM_RISCV, "riscv", riscv),     MACHINE(EM_PPC64, "ppc64", ppc64),
	MACHINE(EM_PPC, "ppc", ppc),	       MACHINE(EM_S390, "s390", s390),
	MACHINE(EM_MIPS, "mips", mips),	       MACHINE(MACHINE_LOONGARCH, "loongarch", loongarch),
	MACHINE(EM_SPARCV9, "sparc64", sparc), MACHINE(EM_SPARC, "sparc", sparc),
	MACHINE(EM_BPF, "bpf", bpf),
};

const struct reloc_machine *reloc_machine(u16 machine)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].machine == machine)
			return &machines[i];
	return NULL;
}

const struct reloc_machine *reloc_machine_at(size_t i)
{
	return i < ARRAY_SIZE(machines) ? &machines[i] : NULL;
}
