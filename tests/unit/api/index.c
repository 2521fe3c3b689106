// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Kept indexes: with one and without one the answers are the same; whatever the file or the folder
 * is, there is an answer; and a file whose every number may be a lie is still read within bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <btf/btf.h>
#include <btf/base_index.h>

#include "base/hash.h"
#include "btf/index.h"
#include "encode/base.h"
#include "pass/dedup.h"

/* ---- memory that runs out: the linker sends allocations through here ---- */

#include "fail.h"

static long fail_in; /* the Nth allocation from now fails; 0: none does */

static bool fails(void)
{
	return fail_in && !--fail_in;
}

/* ---- a base, and what is asked of it ---- */

/* of every sort that the tables know; `n` makes another one of it */
static struct buf base_bytes(int n)
{
	struct btf *b = btf__new_empty();
	struct buf out = {0};
	char name[32];
	int id;

	assert_non_null(b);
	assert_int_equal(btf__add_int(b, "int", 4, BTF_INT_SIGNED), 1);
	assert_int_equal(btf__add_ptr(b, 1), 2);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "s%d_%d", n, i);
		id = btf__add_struct(b, name, 12);
		assert_int_equal(btf__add_field(b, "head", 1, 0, 0), 0);
		assert_int_equal(btf__add_field(b, name, i ? id - 1 : 2, 64, 0), 0);
		assert_true(btf__add_typedef(b, name, id) > 0);
		assert_true(btf__add_ptr(b, id) > 0);
	}
	/* one name that means two things, and what reaches it */
	for (int i = 0; i < 2; i++) {
		id = btf__add_struct(b, "two", 4 + i);
		assert_int_equal(btf__add_field(b, "one", 1, 0, 0), 0);
	}
	id = btf__add_ptr(b, id);
	assert_true(btf__add_struct(b, "reaches", 8) > 0);
	assert_int_equal(btf__add_field(b, "two", id, 0, 0), 0);
	assert_true(btf__add_fwd(b, "declared", BTF_FWD_STRUCT) > 0);
	assert_true(btf__add_enum(b, "e", 4) > 0);
	assert_int_equal(btf__add_enum_value(b, "one", 1), 0);
	assert_true(btf__add_array(b, 1, 1, 7) > 0);
	id = btf__add_func_proto(b, 1);
	assert_int_equal(btf__add_func_param(b, "head", 2), 0);
	assert_true(btf__add_func(b, "call", BTF_FUNC_STATIC, id) > 0);
	assert_int_equal(object_write(b, false, &out), 0);
	btf__free(b);
	return out;
}

static struct btf *parse(const struct buf *bytes)
{
	struct btf *b;

	assert_int_equal(object_parse(bytes->data, bytes->len, NULL, 0, NULL, &b), 0);
	return b;
}

static void ask_keys(const struct btf *b, struct buf *out)
{
	struct base_index ix;
	u32 id;

	assert_int_equal(base_index_build(&ix, b), 0);
	for (u32 i = 1; i < object_type_cnt(b); i++) {
		u64 name = key_name(object_name(b, object_type(b, i)));
		u64 tag = key_tag(BTF_KIND_STRUCT, name);
		const struct base_tag *t = base_tag_find(&ix, tag);
		u64 content = t ? base_tag_content(&ix, t) : 0;

		id = base_find(&ix, content, tag);
		assert_true(id < object_type_cnt(b));
		assert_int_equal(buf_add(out, &id, sizeof(id)), 0);
		if (t)
			assert_int_equal(buf_add(out, t, sizeof(*t)), 0);
		content = key_ref(BTF_KIND_PTR, 0, tag);
		id = base_find(&ix, content, content);
		assert_true(id < object_type_cnt(b));
		assert_int_equal(buf_add(out, &id, sizeof(id)), 0);
	}
	base_index_free(&ix);
}

/* a split of types that the base has, and some that it has not; deduplicated */
static void ask_dedup(struct btf *b, struct buf *out)
{
	struct btf *split;
	int id = 0;

	assert_int_equal(object_new(b, false, &split), 0);
	for (u32 i = 1; i < object_type_cnt(b); i++) {
		const char *name = object_name(b, object_type(b, i));

		if (!type_is(object_type(b, i), BTF_KIND_STRUCT))
			continue;
		id = btf__add_fwd(split, name, BTF_FWD_STRUCT);
		assert_true(id > 0);
		assert_true(btf__add_ptr(split, id) > 0);
		id = btf__add_struct(split, i % 3 ? name : "own", 12);
		assert_int_equal(btf__add_field(split, "head", 1, 0, 0), 0);
		assert_int_equal(btf__add_field(split, name, i % 2 ? id : 2, 64, 0), 0);
	}
	assert_true(btf__add_enum(split, "e", 4) > 0);
	id = btf__add_func_proto(split, 1);
	assert_int_equal(btf__add_func_param(split, "head", 2), 0);
	assert_true(btf__add_func(split, "call", BTF_FUNC_STATIC, id) > 0);
	/* with lies in the tables it may be refused, with a finding; never more */
	if (!dedup(split, NULL, NULL))
		assert_int_equal(object_write(split, false, out), 0);
	object_free(split);
}

static struct buf ask(struct btf *b)
{
	struct buf out = {0};
	u32 id;

	for (const char *s = b->strs; s < b->strs + b->strs_len; s += strlen(s) + 1) {
		int off = object_find_str(b, s);

		id = (u32)object_find(b, s, BTF_KIND_STRUCT, 1);
		assert_int_equal(buf_add(&out, &off, sizeof(off)), 0);
		assert_int_equal(buf_add(&out, &id, sizeof(id)), 0);
	}
	ask_keys(b, &out);
	ask_dedup(b, &out);
	return out;
}

static void assert_same(struct buf *a, struct buf *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->data, b->data, a->len);
	buf_deinit(a);
}

/* ---- folders ---- */

struct folder {
	char path[64];
	struct buf bytes, want;
	struct btf_report *r;
};

static int setup(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));
	struct btf *b;

	snprintf(f->path, sizeof(f->path), "/tmp/btfkit-index.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	f->bytes = base_bytes(0);
	f->r = btf_report__new();
	b = parse(&f->bytes);
	f->want = ask(b);
	btf__free(b);
	*state = f;
	return 0;
}

/* calls fn for each file, or removes them; how many there are */
static int files(const struct folder *f, void (*fn)(const char *path))
{
	DIR *dir = opendir(f->path);
	char path[512];
	int n = 0;

	for (struct dirent *e; dir && (e = readdir(dir));) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "%s/%s", f->path, e->d_name);
		n++;
		if (fn)
			fn(path);
	}
	if (dir)
		closedir(dir);
	return n;
}

static void remove_file(const char *path)
{
	assert_int_equal(unlink(path), 0);
}

static int teardown(void **state)
{
	struct folder *f = *state;

	files(f, remove_file);
	rmdir(f->path);
	buf_deinit(&f->bytes);
	buf_deinit(&f->want);
	btf_report__free(f->r);
	free(f);
	return 0;
}

/* loads and asks; whether there was an index. Findings are left in f->r. */
static bool load(struct folder *f)
{
	struct btf_file *file =
		btf_file__open_memory(f->bytes.data, f->bytes.len, "base", NULL, NULL);
	struct btf_load_info info = {.sz = sizeof(info), .how = BTF_LOAD_SPLIT};
	struct buf got;
	struct btf *b;
	bool kept;

	assert_non_null(file);
	btf_report__clear(f->r);
	b = btf_index__load(file, f->path, &info, f->r);
	assert_non_null(b);
	assert_int_equal(info.how, BTF_LOAD_WHOLE);
	kept = b->kept;
	assert_int_equal(b->offs_borrowed, kept);
	got = ask(b);
	assert_same(&got, &f->want);
	btf__free(b);
	btf_file__close(file);
	return kept;
}

static void test_made_and_used(void **state)
{
	struct folder *f = *state;
	struct btf *b;

	assert_false(load(f));
	assert_int_equal(btf_report__count(f->r), 0);
	assert_int_equal(files(f, NULL), 1);
	for (int i = 0; i < 2; i++) {
		assert_true(load(f));
		assert_int_equal(btf_report__count(f->r), 0);
	}
	/* for an object that was parsed */
	b = parse(&f->bytes);
	assert_int_equal(btf_index__use(b, f->path, f->r), 1);
	assert_non_null(b->kept);
	assert_false(b->offs_borrowed);
	btf__free(b);
	/* not asked for */
	b = parse(&f->bytes);
	assert_int_equal(btf_index__use(b, NULL, f->r), 0);
	assert_int_equal(btf_index__use(b, "", f->r), 0);
	assert_null(b->kept);
	btf__free(b);
	assert_int_equal(files(f, NULL), 1);
}

static void flip(const char *path, long at)
{
	int fd = open(path, O_RDWR);
	u8 byte;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 0x40;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static long flip_at;
static void flip_it(const char *path)
{
	flip(path, flip_at);
}

static void cut_it(const char *path)
{
	assert_int_equal(truncate(path, flip_at), 0);
}

static void open_it(const char *path)
{
	assert_int_equal(chmod(path, 0620), 0);
}

static void link_it(const char *path)
{
	char other[600];

	snprintf(other, sizeof(other), "%s.moved", path);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
}

/* not used, told, and replaced by a good one */
static void must_mend(struct folder *f)
{
	assert_false(load(f));
	assert_int_equal(btf_report__count(f->r), 1);
	assert_true(load(f));
	assert_int_equal(btf_report__count(f->r), 0);
}

static void test_damaged(void **state)
{
	struct folder *f = *state;
	static const long at[] = {0, 7, 8, 16, 24, 40, 44, 48, 60, 100, 300, 1000, 20000, 30000};

	load(f);
	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		flip_at = at[i];
		files(f, flip_it);
		must_mend(f);
		files(f, cut_it);
		must_mend(f);
	}
	files(f, open_it);
	must_mend(f);
	files(f, link_it);
	must_mend(f);
}

static void test_folder(void **state)
{
	struct folder *f = *state;
	char deep[80], was[64];

	/* others may write there */
	assert_int_equal(chmod(f->path, 0722), 0);
	assert_false(load(f));
	assert_int_equal(btf_report__count(f->r), 1);
	assert_int_equal(files(f, NULL), 0);
	assert_int_equal(chmod(f->path, 0700), 0);
	/* made where it is missing, one level; a file is no folder */
	memcpy(was, f->path, sizeof(was));
	snprintf(deep, sizeof(deep), "%s/a", was);
	snprintf(f->path, sizeof(f->path), "%.60s/a", was);
	assert_false(load(f));
	assert_true(load(f));
	files(f, remove_file);
	assert_int_equal(rmdir(f->path), 0);
	close(open(f->path, O_CREAT | O_WRONLY, 0600));
	assert_false(load(f));
	assert_int_equal(btf_report__count(f->r), 1);
	unlink(f->path);
	snprintf(f->path, sizeof(f->path), "%.50s/no/such", was);
	assert_false(load(f));
	assert_int_equal(btf_report__count(f->r), 1);
	memcpy(f->path, was, sizeof(was));
	/* another user's, where there are several */
	if (!geteuid()) {
		assert_int_equal(chown(f->path, 1, 1), 0);
		assert_false(load(f));
		assert_int_equal(btf_report__count(f->r), 1);
		assert_int_equal(chown(f->path, 0, 0), 0);
	}
}

static void test_number_of_files(void **state)
{
	struct folder *f = *state;
	char foreign[128];

	snprintf(foreign, sizeof(foreign), "%s/somebody's", f->path);
	close(open(foreign, O_CREAT | O_WRONLY, 0600));
	for (int i = 1; i <= 12; i++) {
		struct buf bytes = base_bytes(i);
		struct btf *b = parse(&bytes);

		assert_int_equal(btf_index__use(b, f->path, f->r), 0);
		btf__free(b);
		buf_deinit(&bytes);
	}
	/* the newest eight, and what is none of ours */
	assert_int_equal(files(f, NULL), 9);
	assert_int_equal(access(foreign, F_OK), 0);
}

static void test_no_base(void **state)
{
	struct folder *f = *state;
	struct btf *b = parse(&f->bytes), *split, *made = btf__new_empty();

	/* a split, what was built, and what was changed, have none */
	assert_int_equal(object_new(b, false, &split), 0);
	assert_int_equal(btf_index__use(split, f->path, f->r), 0);
	object_free(split);
	assert_int_equal(btf_index__use(made, f->path, f->r), 0);
	btf__free(made);
	assert_true(btf__add_ptr(b, 1) > 0);
	assert_int_equal(btf_index__use(b, f->path, f->r), 0);
	btf__free(b);
	assert_int_equal(files(f, NULL), 0);
	assert_int_equal(btf_index__use(NULL, f->path, f->r), -EINVAL);
	assert_null(btf_index__load(NULL, f->path, NULL, f->r));
}

/* what was taken does not outlive a change, and may be changed itself */
static void test_changed(void **state)
{
	struct folder *f = *state;
	struct btf *a = parse(&f->bytes);
	struct buf want = {0}, got = {0};

	load(f);
	assert_true(btf__add_typedef(a, "added", 1) > 0);
	assert_int_equal(btf__dedup(a, NULL), 0);
	assert_int_equal(object_write(a, false, &want), 0);
	btf__free(a);
	for (int i = 0; i < 2; i++) {
		struct btf_file *file =
			btf_file__open_memory(f->bytes.data, f->bytes.len, "base", NULL, NULL);
		struct btf *b = btf_index__load(file, f->path, NULL, f->r);

		assert_non_null(b->kept);
		/* deduplicated as it is, or after a change */
		if (i)
			assert_int_equal(btf__dedup(b, NULL), 0);
		assert_true(btf__add_typedef(b, "added", 1) > 0);
		assert_true(btf__find_by_name_kind(b, "added", BTF_KIND_TYPEDEF) > 0);
		assert_int_equal(btf__dedup(b, NULL), 0);
		assert_int_equal(object_write(b, false, &got), 0);
		assert_same(&got, &want);
		btf__free(b);
		btf_file__close(file);
	}
	buf_deinit(&want);
}

/* every allocation fails once, with an index and where one is made: no base, or one that is right */
static void test_memory(void **state)
{
	struct folder *f = *state;

	for (int made = 0; made < 2; made++) {
		bool more = true;

		for (long n = 1; more; n++) {
			struct btf_file *file = btf_file__open_memory(f->bytes.data, f->bytes.len,
								      "base", NULL, NULL);
			struct buf got;
			struct btf *b;

			if (!made)
				files(f, remove_file);
			fail_in = n;
			b = btf_index__load(file, f->path, NULL, f->r);
			more = !fail_in;
			fail_in = 0;
			if (b) {
				got = ask(b);
				assert_same(&got, &f->want);
				btf__free(b);
			} else {
				assert_true(more);
			}
			btf_file__close(file);
			if (!made && more)
				assert_true(files(f, NULL) <= 1);
		}
		assert_true(load(f));
	}
}

/* ---- bytes ---- */

/* as the file is, in memory */
static struct buf kept_bytes(struct btf *b, struct kept_key *key)
{
	struct kept_slice part[KEPT_PARTS] = {{0}};
	struct buf own[3] = {{0}}, out = {0};
	struct base_index ix;

	assert_int_equal(kept_key_of(b, key), 0);
	assert_int_equal(base_index_build(&ix, b), 0);
	base_index_keep(&ix, part);
	assert_int_equal(dedup_keep(b, part, own), 0);
	assert_int_equal(index_keep(b, part), 0);
	assert_int_equal(kept_write(part, key, b, &out), 0);
	base_index_free(&ix);
	for (int i = 0; i < 3; i++)
		buf_deinit(&own[i]);
	return out;
}

/* The bytes mean the same as when their version was given: else it has to count up. */
static void test_version(void **state)
{
	struct folder *f = *state;
	struct btf *b = parse(&f->bytes);
	struct kept_key key;
	struct buf bytes = kept_bytes(b, &key);
	char name[KEPT_NAME_MAX];

	kept_name(&key, name);
	assert_int_equal(strlen(name), 32 + 1 + 1 + strlen(KEPT_SUFFIX));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	assert_int_equal(KEPT_VERSION, 1);
	assert_int_equal(XXH3_64bits(bytes.data, bytes.len), 0xc178e601e1d84892);
#endif
	btf__free(b);
	buf_deinit(&bytes);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STEP 13
#else
#define STEP 1
#endif

static void test_every_byte(void **state)
{
	struct folder *f = *state;
	struct btf *b = parse(&f->bytes);
	struct kept_key key;
	struct buf bytes = kept_bytes(b, &key);
	struct kept k;

	assert_null(kept_open(bytes.data, bytes.len, &key, &k));
	for (size_t i = 0; i < bytes.len; i += STEP) {
		bytes.data[i] ^= (u8)(1 << i % 8);
		assert_non_null(kept_open(bytes.data, bytes.len, &key, &k));
		bytes.data[i] ^= (u8)(1 << i % 8);
	}
	for (size_t n = 0; n < bytes.len; n += 997)
		assert_non_null(kept_open(bytes.data, n, &key, &k));
	btf__free(b);
	buf_deinit(&bytes);
}

/* the object over these bytes, if they are believed; no answer has to be right */
static void believe(const struct buf *bytes, const struct buf *base, const struct kept_key *key)
{
	struct btf *b = NULL;
	struct buf got;
	struct kept k;

	if (kept_open(bytes->data, bytes->len, key, &k))
		return;
	if (object_parse_known(base->data, base->len, k.part[KEPT_OFFSETS].data,
			       kept_count(&k, KEPT_OFFSETS, sizeof(u32)), &b))
		b = parse(base);
	b->kept = calloc(1, sizeof(k));
	*b->kept = k;
	dedup_take(b, b->kept);
	index_take(b, b->kept);
	got = ask(b);
	buf_deinit(&got);
	btf__free(b);
}

/* a liar who can make checksums; the words in which zeros stand for nothing are not all tried */
static void test_lies(void **state)
{
	static const u32 lies[] = {0, 1, 0x7f, 0xffffffff, 0x80000000, 0x10000};
	struct folder *f = *state;
	struct btf *b = parse(&f->bytes);
	struct kept_key key;
	struct buf bytes = kept_bytes(b, &key);
	u32 n = 0;

	btf__free(b);
	for (size_t i = 0; i < bytes.len; i += 4) {
		u32 *word = (u32 *)(void *)(bytes.data + i), was = *word;
		u64 *check = (u64 *)(void *)(bytes.data + 8);

		if (i == 8 || i == 12 || (!was && i > 1024 && n++ % 61))
			continue;
		*word = lies[i / 4 % ARRAY_SIZE(lies)] == was ? was + 1
							      : lies[i / 4 % ARRAY_SIZE(lies)];
		*check = XXH3_64bits(bytes.data + 16, bytes.len - 16);
		believe(&bytes, &f->bytes, &key);
		*word = was;
	}
	buf_deinit(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_made_and_used, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_number_of_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_base, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(test_version, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lies, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
