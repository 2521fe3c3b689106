/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Keys: what makes two types the same, in 64 bits, computed alike from DWARF and from BTF.
 *
 * A type has two keys. Its reference key stands for it where others refer to it; its content key
 * tells its record from others. They differ only for named structs, unions and enums ("tags"):
 * there the reference key is made of the name alone, which is what cuts every cycle, and what
 * lets a declaration and a definition be the same thing to whoever points at them. A name that
 * has more than one definition is the exception, and join.c says how it is told apart.
 *
 * Keys never decide the order of anything. They leave the process in a kept index only
 * (btf/kept.h): who changes how one is computed counts KEPT_VERSION up.
 */
#ifndef ENCODE_KEY_H
#define ENCODE_KEY_H

#include <string.h>

#include "base/types.h"
#include "btf/wire.h"

#define KEY_VOID 0ull

/* the sanitizer minds bytes behind a string's end, though they can be read */
#if defined(__SANITIZE_ADDRESS__)
#define KEY_READ_NO_FURTHER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEY_READ_NO_FURTHER
#endif
#endif

static inline u64 key_mix(u64 a, u64 b)
{
	__uint128_t m = (__uint128_t)(a ^ 0x9e3779b97f4a7c15ull) * (b ^ 0xd6e8feb86659fd93ull);

	return (u64)m ^ (u64)(m >> 64);
}

/*
 * Longer names count as cut there: a string section without NULs would make each name as long as
 * itself.
 */
#define KEY_NAME_MAX 4096u

/* of a string; 0 for none and for "" */
u64 key_name_long(const char *s);

static inline u64 key_name(const char *s)
{
	u64 lo, hi, zero;
	u32 len;

	if (!s)
		return 0;
#ifndef KEY_READ_NO_FURTHER
	/* the eight bytes lie in one page, as the string's first byte does */
	if (likely(((uintptr_t)s & 4095) <= 4096 - 16)) {
		memcpy(&lo, s, 8);
		zero = (lo - 0x0101010101010101ull) & ~lo & 0x8080808080808080ull;
		if (zero) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
			len = (u32)__builtin_ctzll(zero) >> 3;
			if (!len)
				return 0;
			return key_mix(lo & ((1ull << (8 * len)) - 1), len);
#else
			return key_name_long(s);
#endif
		}
		memcpy(&hi, s + 8, 8);
		zero = (hi - 0x0101010101010101ull) & ~hi & 0x8080808080808080ull;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		if (zero) {
			len = (u32)__builtin_ctzll(zero) >> 3;
			hi = len ? hi & ((1ull << (8 * len)) - 1) : 0;
			return key_mix(key_mix(lo, hi), 8 + len);
		}
#endif
	}
#else
	(void)lo, (void)hi, (void)zero, (void)len;
#endif
	return key_name_long(s);
}

static inline u64 key_start(u32 kind, u64 name)
{
	return key_mix(name, 0x5bd1e995u + ((u64)kind << 40));
}

/* reference key of a tag: kind is STRUCT, UNION or ENUM; ENUM64 is ENUM here */
static inline u64 key_tag(u32 kind, u64 name)
{
	return key_start(kind + 64, name);
}

static inline u64 key_int(u32 kind, u64 name, u32 size, u32 encoding)
{
	return key_mix(key_start(kind, name), (u64)size << 32 | encoding);
}

/* PTR, CONST, VOLATILE, RESTRICT, TYPEDEF, TYPE_TAG */
static inline u64 key_ref(u32 kind, u64 name, u64 to)
{
	return key_mix(key_start(kind, name), to);
}

static inline u64 key_array(u64 elem, u64 index, u32 nelems)
{
	return key_mix(key_mix(key_start(BTF_KIND_ARRAY, nelems), elem), index);
}

/* STRUCT, UNION: start, then each member; flags: kind_flag */
static inline u64 key_struct(u32 kind, u64 name, u32 size, bool kflag)
{
	return key_mix(key_start(kind, name), (u64)size << 1 | kflag);
}

/*
 * Offset as on the wire. Of each member only one multiplication waits for the member before it:
 * there are more of them than of all else.
 */
static inline u64 key_member(u64 h, u64 name, u32 offset, u64 to)
{
	return key_mix(h ^ to, name ^ offset * 0x9fb21c651e98df25ull);
}

static inline u64 key_enum(u32 kind, u64 name, u32 size, bool kflag)
{
	return key_struct(kind, name, size, kflag);
}

static inline u64 key_enumerator(u64 h, u64 name, u64 value)
{
	return key_mix(h ^ name, value);
}

static inline u64 key_proto(u64 ret)
{
	return key_mix(key_start(BTF_KIND_FUNC_PROTO, 0), ret);
}

static inline u64 key_param(u64 h, u64 name, u64 to)
{
	return key_mix(h ^ to, name);
}

static inline u64 key_fwd(bool is_union, u64 name)
{
	return key_start(BTF_KIND_FWD + (is_union ? 128 : 0), name);
}

#endif
