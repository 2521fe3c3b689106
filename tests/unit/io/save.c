// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Writing files: what is kept, what is refused, and that nothing is left behind. */
#include "io/save.h"

#include "folder.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/xattr.h>

static const char old[] = "the old content";
static const char new[] = "the new content, which is longer";

static int save_with(const char *path, struct btf_save_opts opts, struct btf_report *r)
{
	const struct piece pieces[] = {
		{(const u8 *)new, 10}, {NULL, 0}, {(const u8 *)new + 10, sizeof(new) - 10}};

	return save_pieces(path, pieces, ARRAY_SIZE(pieces), &opts, r);
}

static int save(const char *path)
{
	return save_with(path, (struct btf_save_opts){.no_fsync = true}, NULL);
}

static enum btf_code refusal(const char *path, int err)
{
	struct btf_report *r = btf_report__new();
	enum btf_code code;

	assert_int_equal(save_with(path, (struct btf_save_opts){0}, r), -err);
	assert_int_equal(btf_report__count(r), 1);
	assert_string_equal(btf_report__get(r, 0)->file, path);
	code = btf_report__get(r, 0)->code;
	btf_report__free(r);
	return code;
}

static void new_file(void **state)
{
	struct stat st;
	mode_t was = umask(027);

	(void)state;
	assert_int_equal(save("a"), 0);
	folder_expect("a", new, sizeof(new));
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(folder_count(), 1);
	umask(was);
}

static void replaces_and_keeps(void **state)
{
	struct stat before, after;
	char value[20];
	bool xattr;

	(void)state;
	folder_put("a", old, sizeof(old));
	assert_int_equal(chmod("a", 04751), 0);
	xattr = !setxattr("a", "user.note", "kept", 4, 0);
	if (!geteuid())
		assert_int_equal(chown("a", 12345, 54321), 0);
	assert_int_equal(chmod("a", 04751), 0);
	assert_int_equal(stat("a", &before), 0);
	assert_int_equal(save_with("a", (struct btf_save_opts){0}, NULL), 0);
	assert_int_equal(stat("a", &after), 0);
	folder_expect("a", new, sizeof(new));
	assert_int_equal(before.st_mode, after.st_mode);
	assert_int_equal(before.st_uid, after.st_uid);
	assert_int_equal(before.st_gid, after.st_gid);
	if (xattr) {
		assert_int_equal(getxattr("a", "user.note", value, sizeof(value)), 4);
		assert_memory_equal(value, "kept", 4);
	}
	assert_int_equal(folder_count(), 1);
}

static void large_xattr(void **state)
{
	char value[1000], got[1001];

	(void)state;
	folder_put("a", old, sizeof(old));
	memset(value, 'x', sizeof(value));
	if (setxattr("a", "user.large", value, sizeof(value), 0))
		skip();
	assert_int_equal(save("a"), 0);
	assert_int_equal(getxattr("a", "user.large", got, sizeof(got)), sizeof(value));
	assert_memory_equal(got, value, sizeof(value));
}

/* a folder's default access list is for new files, not for this one */
static void default_access_list(void **state)
{
	/* version 2; user::rwx user:77:rwx group::r-x mask::rwx other::r-x */
	static const unsigned char acl[] = {
		2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255, 2, 0, 7, 0, 77, 0, 0, 0, 4, 0, 5, 0,
		255, 255, 255, 255, 16, 0, 7, 0, 255, 255, 255, 255, 32, 0, 5, 0, 255, 255, 255, 255};
	char got[200];
	struct stat st;

	(void)state;
	folder_put("a", old, sizeof(old));
	folder_put("b", old, sizeof(old));
	if (setxattr(".", "system.posix_acl_default", acl, sizeof(acl), 0) ||
	    setxattr("b", "system.posix_acl_access", acl, sizeof(acl), 0))
		skip();
	assert_int_equal(save("a"), 0);
	assert_int_equal(getxattr("a", "system.posix_acl_access", got, sizeof(got)), -1);
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(save("b"), 0);
	assert_int_equal(getxattr("b", "system.posix_acl_access", got, sizeof(got)), sizeof(acl));
	assert_memory_equal(got, acl, sizeof(acl));
}

static void symbolic_links(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	folder_put("d/real", old, sizeof(old));
	assert_int_equal(symlink("real", "d/second"), 0);
	assert_int_equal(symlink("d/second", "first"), 0);
	assert_int_equal(save("first"), 0);
	folder_expect("d/real", new, sizeof(new));
	assert_int_equal(lstat("first", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(lstat("d/second", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(folder_count(), 2);
}

static void link_to_nothing(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(symlink("absent", "link"), 0);
	assert_int_equal(save("link"), 0);
	folder_expect("absent", new, sizeof(new));
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(symlink("round", "round"), 0);
	assert_int_equal(refusal("round", ELOOP), BTF_CODE_SAVE_WRITE);
}

static void hard_links(void **state)
{
	struct btf_report *r = btf_report__new();

	(void)state;
	folder_put("a", old, sizeof(old));
	assert_int_equal(link("a", "b"), 0);
	assert_int_equal(refusal("a", EMLINK), BTF_CODE_SAVE_HARD_LINKS);
	folder_expect("a", old, sizeof(old));
	assert_int_equal(save_with("a", (struct btf_save_opts){.break_hardlinks = true}, r), 0);
	assert_int_equal(btf_report__count(r), 1);
	assert_int_equal(btf_report__get(r, 0)->severity, BTF_NOTE);
	folder_expect("a", new, sizeof(new));
	folder_expect("b", old, sizeof(old));
	btf_report__free(r);
}

static void no_file(void **state)
{
	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(refusal("d", EISDIR), BTF_CODE_SAVE_WRITE);
	assert_int_equal(refusal("d/", EISDIR), BTF_CODE_SAVE_WRITE);
	assert_int_equal(refusal("absent/a", ENOENT), BTF_CODE_SAVE_WRITE);
	assert_int_equal(folder_count(), 1);
}

static void pipes_and_devices(void **state)
{
	char got[sizeof(new) + 1];
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(mkfifo("p", 0600), 0);
	fd = open("p", O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(save("p"), 0);
	assert_int_equal(read(fd, got, sizeof(got)), sizeof(new));
	assert_memory_equal(got, new, sizeof(new));
	close(fd);
	assert_int_equal(lstat("p", &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(save("/dev/null"), 0);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(refusal("/dev/full", ENOSPC), BTF_CODE_SAVE_WRITE);
	assert_int_equal(stat("/dev/full", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(folder_count(), 1);
}

static void standard_output(void **state)
{
	int was = dup(STDOUT_FILENO), fd = open("out", O_WRONLY | O_CREAT, 0600), err;

	(void)state;
	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	err = save("-");
	dup2(was, STDOUT_FILENO);
	close(was);
	close(fd);
	assert_int_equal(err, 0);
	folder_expect("out", new, sizeof(new));
}

static void longest_name(void **state)
{
	char name[256];

	(void)state;
	memset(name, 'n', 255);
	name[255] = 0;
	assert_int_equal(save(name), 0);
	assert_int_equal(save(name), 0);
	folder_expect(name, new, sizeof(new));
	assert_int_equal(folder_count(), 1);
}

/* a limit on the size of files fails the write half-way: nothing has happened */
static void write_fails(void **state)
{
	struct rlimit was, small = {10, RLIM_INFINITY};
	enum btf_code code;

	(void)state;
	folder_put("a", old, sizeof(old));
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	code = refusal("a", EFBIG);
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(code, BTF_CODE_SAVE_WRITE);
	folder_expect("a", old, sizeof(old));
	assert_int_equal(folder_count(), 1);
}

/* root may do everything, so root becomes somebody else for these two */
static void folder_not_writable(void **state)
{
	bool root = !geteuid();
	enum btf_code code;

	(void)state;
	folder_put("a", old, sizeof(old));
	assert_int_equal(chmod(".", 0555), 0);
	assert_int_equal(root ? seteuid(65534) : 0, 0);
	code = refusal("a", EACCES);
	assert_int_equal(root ? seteuid(0) : 0, 0);
	assert_int_equal(code, BTF_CODE_SAVE_WRITE);
	assert_int_equal(chmod(".", 0755), 0);
	folder_expect("a", old, sizeof(old));
	assert_int_equal(folder_count(), 1);
}

/* the new file cannot be given to the old one's owner: said, and no rights go to others */
static void owner_is_lost(void **state)
{
	struct btf_report *r = btf_report__new();
	struct stat st;
	int err;

	(void)state;
	if (geteuid())
		skip();
	folder_put("a", old, sizeof(old));
	assert_int_equal(chmod("a", 06775), 0);
	assert_int_equal(chmod(".", 0777), 0);
	assert_int_equal(seteuid(65534), 0);
	err = save_with("a", (struct btf_save_opts){0}, r);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(err, 0);
	assert_int_equal(btf_report__count(r), 1);
	assert_int_equal(btf_report__get(r, 0)->code, BTF_CODE_SAVE_ATTRIBUTES);
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_uid, 65534);
	assert_int_equal(st.st_mode & 07000, 0);
	folder_expect("a", new, sizeof(new));
	btf_report__free(r);
}

static void zeros(void **state)
{
	const struct piece pieces[] = {{(const u8 *)"a", 1}, {NULL, 40000}, {(const u8 *)"b", 1}};
	char *expected = calloc(1, 40002);

	(void)state;
	expected[0] = 'a';
	expected[40001] = 'b';
	assert_int_equal(save_pieces("z", pieces, 3, NULL, NULL), 0);
	folder_expect("z", expected, 40002);
	assert_int_equal(save_pieces("z", NULL, 0, NULL, NULL), 0);
	folder_expect("z", "", 0);
	free(expected);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, folder_enter, folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(new_file),
		IN_FOLDER(replaces_and_keeps),
		IN_FOLDER(large_xattr),
		IN_FOLDER(default_access_list),
		IN_FOLDER(symbolic_links),
		IN_FOLDER(link_to_nothing),
		IN_FOLDER(hard_links),
		IN_FOLDER(no_file),
		IN_FOLDER(pipes_and_devices),
		IN_FOLDER(standard_output),
		IN_FOLDER(longest_name),
		IN_FOLDER(write_fails),
		IN_FOLDER(folder_not_writable),
		IN_FOLDER(owner_is_lost),
		IN_FOLDER(zeros),
	};

	return cmocka_run_group_tests_name("io-save", tests, NULL, NULL);
}
