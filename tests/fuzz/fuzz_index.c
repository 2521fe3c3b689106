// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Any bytes as a kept index, of a liar who can make checksums. What must hold: it is refused, or
 * every question to the base ends in some answer, and what comes out of a dedup on it is BTF.
 *
 * Framing: the first byte's lowest bit says what follows. 0: changes to the index of a fixed base,
 * five bytes each: three of a place (little-endian), one says how many bytes are written there, 1
 * to 4, one what they are. 1: the bytes themselves. Magic, version, size, base and checksum are put
 * right in either case.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <btf/btf.h>

#include "base/hash.h"
#include "btf/index.h"
#include "encode/base.h"
#include "pass/dedup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct buf base_bytes;  /* of the base that all indexes are of */
static struct buf index_bytes; /* its index, as it is made */
static struct kept_key key;

static void add_types(struct btf *b)
{
	must(btf__add_int(b, "int", 4, BTF_INT_SIGNED) == 1);
	for (int i = 0; i < 24; i++) {
		char name[3] = {'s', (char)('a' + i), 0};
		int id = btf__add_struct(b, name, 12);

		must(!btf__add_field(b, "head", 1, 0, 0));
		must(!btf__add_field(b, name, i ? id - 1 : 1, 64, 0));
		must(btf__add_typedef(b, name, id) > 0);
		must(btf__add_ptr(b, id) > 0);
	}
	must(btf__add_struct(b, "two", 4) > 0 && btf__add_struct(b, "two", 5) > 0);
	must(btf__add_fwd(b, "declared", BTF_FWD_STRUCT) > 0 && btf__add_enum(b, "e", 4) > 0);
	must(!btf__add_enum_value(b, "one", 1));
}

static void make_once(void)
{
	struct kept_slice part[KEPT_PARTS] = {{0}};
	struct btf *b = btf__new_empty();
	struct buf own[3] = {{0}};
	struct base_index ix;

	if (base_bytes.len) {
		btf__free(b);
		return;
	}
	add_types(b);
	must(!object_write(b, false, &base_bytes));
	btf__free(b);
	must(!object_parse(base_bytes.data, base_bytes.len, NULL, 0, NULL, &b));
	must(!kept_key_of(b, &key) && !base_index_build(&ix, b));
	base_index_keep(&ix, part);
	must(!dedup_keep(b, part, own) && !index_keep(b, part));
	must(!kept_write(part, &key, b, &index_bytes));
	base_index_free(&ix);
	for (int i = 0; i < 3; i++)
		buf_deinit(&own[i]);
	btf__free(b);
}

static struct buf forge(const uint8_t *data, size_t size)
{
	struct buf b = {0};

	if (*data & 1) {
		must(!buf_add(&b, index_bytes.data, 48));
		if (size > 48)
			must(!buf_add(&b, data + 48, size - 48));
	} else {
		must(!buf_add(&b, index_bytes.data, index_bytes.len));
		for (data++, size--; size >= 5; data += 5, size -= 5) {
			size_t at = data[0] | data[1] << 8 | data[2] << 16;

			for (u32 i = 0; i <= data[3] % 4u && at + i < b.len; i++)
				if (at + i >= 48)
					b.data[at + i] = data[4];
		}
	}
	memcpy(b.data + 16, &(u64){b.len}, sizeof(u64));
	memcpy(b.data + 8, &(u64){XXH3_64bits(b.data + 16, b.len - 16)}, sizeof(u64));
	return b;
}

static void ask_dedup(struct btf *b)
{
	struct buf out = {0};
	struct btf *split, *again;

	must(!object_new(b, false, &split));
	for (u32 i = 1; i < object_type_cnt(b); i++) {
		const char *name = object_name(b, object_type(b, i));
		int id = btf__add_fwd(split, name, BTF_FWD_STRUCT);

		btf__add_ptr(split, id);
		id = btf__add_struct(split, name, 12);
		btf__add_field(split, "head", 1, 0, 0);
		btf__add_field(split, name, i % 2 ? id : 1, 64, 0);
	}
	btf__add_enum(split, "e", 4);
	if (!dedup(split, NULL, NULL)) {
		must(!object_write(split, false, &out));
		must(!object_parse(out.data, out.len, b, 0, NULL, &again));
		object_free(again);
	}
	buf_deinit(&out);
	object_free(split);
}

static void ask(struct btf *b)
{
	struct base_index ix;

	for (const char *s = b->strs; s < b->strs + b->strs_len; s += strlen(s) + 1) {
		s64 id = object_find(b, s, BTF_KIND_STRUCT, 1);
		int off = object_find_str(b, s);

		must(id == -ENOENT || (id > 0 && id < object_type_cnt(b)));
		must(off == -ENOENT || (off >= 0 && (u32)off < b->strs_len));
	}
	must(!base_index_build(&ix, b));
	for (u32 i = 1; i < object_type_cnt(b); i++) {
		u64 tag = key_tag(BTF_KIND_STRUCT, key_name(object_name(b, object_type(b, i))));
		const struct base_tag *t = base_tag_find(&ix, tag);
		u64 ptr = key_ref(BTF_KIND_PTR, 0, tag);

		must(base_find(&ix, t ? base_tag_content(&ix, t) : 1, tag) < object_type_cnt(b));
		must(base_find(&ix, ptr, ptr) < object_type_cnt(b));
	}
	base_index_free(&ix);
	ask_dedup(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf bytes;
	struct btf *b;
	struct kept k;

	if (!size || size > 1 << 20)
		return 0;
	make_once();
	bytes = forge(data, size);
	if (!kept_open(bytes.data, bytes.len, &key, &k)) {
		if (object_parse_known(base_bytes.data, base_bytes.len, k.part[KEPT_OFFSETS].data,
				       kept_count(&k, KEPT_OFFSETS, sizeof(u32)), &b))
			must(!object_parse(base_bytes.data, base_bytes.len, NULL, 0, NULL, &b));
		b->kept = malloc(sizeof(k));
		must(b->kept);
		*b->kept = k;
		dedup_take(b, b->kept);
		index_take(b, b->kept);
		ask(b);
		btf__free(b);
	}
	buf_deinit(&bytes);
	return 0;
}
