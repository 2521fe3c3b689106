// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * check [-r] [-o DIR] COUNT [SEED]: COUNT blobs, from SEED on, to the checker and to the running
 * kernel by bpf(BPF_BTF_LOAD): verdict and errno must be the same, and where both refuse, the
 * kernel's own words must be those of the rule that the checker names.
 * check FILE...: the same for files of raw BTF.
 * check -b BASE MODULE...: the same for each module's BTF joined with that of its kernel, to one
 * BTF of which the kernel then asks every rule; and for the base alone.
 *
 * -o DIR: what the two do not agree on is written there. -r: how often each rule was hit. -j N: by
 * N processes. Exit status 77 where this process may not load BTF, 1 where they disagree.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../ref/blobs.h"
#include <btf/btf.h>
#include <btf/file.h>

#include "btf/object.h"
#include "check/kernel.h"

#define LOG_SIZE (1u << 20)
#define MAX_JOBS 64

struct tally {
	u64 blobs, accepted, refused, wrong_verdict, wrong_errno, wrong_words, worded;
	u64 ours[BTF_CODE_CNT], kernels[BTF_CODE_CNT];
};

struct job {
	struct tally *tally;
	const char *out;
	char *log;
	u32 version;
	const struct btf *running;
};

/* 0, or the positive errno; log may be NULL */
static int load(const void *data, size_t size, char *log)
{
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (u64)(uintptr_t)data;
	attr.btf_size = (u32)size;
	if (log) {
		log[0] = 0;
		attr.btf_log_buf = (u64)(uintptr_t)log;
		attr.btf_log_size = LOG_SIZE;
		attr.btf_log_level = 1;
	}
	fd = (int)syscall(SYS_bpf, BPF_BTF_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* what the kernel said last */
static const char *last_line(char *log)
{
	size_t len = strlen(log);
	char *line;

	while (len && log[len - 1] == '\n')
		log[--len] = 0;
	line = strrchr(log, '\n');
	return line ? line + 1 : log;
}

static void save(const struct job *j, const char *name, const void *data, size_t size)
{
	char path[4096];
	int fd;

	if (!j->out)
		return;
	snprintf(path, sizeof(path), "%s/%s.btf", j->out, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		perror(path);
	if (fd >= 0)
		close(fd);
}

static void compare_words(const struct job *j, const char *name, const void *data, size_t size,
			  const struct btf_check_rule *rule)
{
	const char *said;

	if (load(data, size, j->log) == ENOSPC)
		return;
	said = last_line(j->log);
	if (rule->words[0] && !strstr(said, rule->words)) {
		if (j->tally->wrong_words++ < 20) {
			printf("# %s: ours: %s '%s'; the kernel: '%s'\n", name, rule->name,
			       rule->words, said);
			save(j, name, data, size);
		}
		return;
	}
	j->tally->worded += rule->words[0] != 0;
	j->tally->kernels[rule->code]++;
}

static void compare(const struct job *j, const char *name, const void *data, size_t size)
{
	struct kcheck k = {.data = data,
			   .size = (u32)size,
			   .as = BTF_CHECK_USER,
			   .version = j->version,
			   .running = j->running,
			   .section = ".BTF"};
	const struct btf_check_rule *rule;
	struct tally *t = j->tally;
	int theirs;

	kc_run(&k);
	kc_deinit(&k);
	rule = k.first ? kernel_rule(k.first) : NULL;
	theirs = load(data, size, NULL);
	t->blobs++;
	if (rule)
		t->ours[rule->code]++;
	if (theirs == k.err) {
		t->accepted += !theirs;
		t->refused += theirs != 0;
		if (rule)
			compare_words(j, name, data, size, rule);
		return;
	}
	if (!theirs != !k.err)
		t->wrong_verdict++;
	else
		t->wrong_errno++;
	if (t->wrong_verdict + t->wrong_errno > 20)
		return;
	load(data, size, j->log);
	printf("# %s: ours: %d (%s), the kernel: %d '%s'\n", name, k.err, rule ? rule->name : "-",
	       theirs, last_line(j->log));
	save(j, name, data, size);
}

static void run_seeds(struct job *j, u64 first, u64 cnt, u64 step)
{
	struct blob b = {0};
	char name[32];

	for (u64 i = 0; i < cnt; i += step) {
		if (!blob_make(&b, first + i))
			abort();
		snprintf(name, sizeof(name), "seed-%llu", (unsigned long long)(first + i));
		compare(j, name, b.bytes.data, b.bytes.len);
	}
	blob_deinit(&b);
}

static int run_file(struct job *j, const char *path)
{
	char *data = malloc(32u << 20);
	const char *slash = strrchr(path, '/');
	int fd = open(path, O_RDONLY);
	ssize_t n, len = 0;

	if (fd < 0 || !data) {
		perror(path);
		return 2;
	}
	while ((n = read(fd, data + len, (32u << 20) - (size_t)len)) > 0)
		len += n;
	close(fd);
	/* no byte more than there is */
	data = realloc(data, len ? (size_t)len : 1);
	compare(j, slash ? slash + 1 : path, data, (size_t)len);
	free(data);
	return 0;
}

/* base and split as one: ids and string offsets follow each other as they are */
static void compare_joined(struct job *j, const char *name, const struct btf *base,
			   const void *data, size_t size)
{
	struct buf out = {0};
	u32 split[6], hdr[6];

	memcpy(split, data, sizeof(split));
	if (size < split[1] + split[3] + split[5])
		abort();
	memcpy(hdr, split, sizeof(hdr));
	hdr[1] = 24;
	hdr[3] = hdr[4] = base->types_len + split[3];
	hdr[5] = base->strs_len + split[5];
	if (buf_add(&out, hdr, sizeof(hdr)) || buf_add(&out, base->types, base->types_len) ||
	    buf_add(&out, (const char *)data + split[1] + split[2], split[3]) ||
	    buf_add(&out, base->strs, base->strs_len) ||
	    buf_add(&out, (const char *)data + split[1] + split[4], split[5]))
		abort();
	compare(j, name, out.data, out.len);
	buf_deinit(&out);
}

static int run_modules(struct job *j, const char *base_path, int cnt, char **paths)
{
	struct btf *base = btf__parse(base_path, NULL);
	u32 len;
	const void *raw = base ? btf__raw_data(base, &len) : NULL;

	if (!raw) {
		perror(base_path);
		return 2;
	}
	compare(j, "base", raw, len);
	for (int i = 0; i < cnt; i++) {
		struct btf_file *f = btf_file__open(paths[i], NULL, NULL);
		const char *slash = strrchr(paths[i], '/');
		size_t size;
		const void *data = f ? btf_file__section(f, ".BTF", &size, NULL) : NULL;

		if (!data) {
			perror(paths[i]);
			return 2;
		}
		compare_joined(j, slash ? slash + 1 : paths[i], base, data, size);
		btf_file__close(f);
	}
	btf__free(base);
	return 0;
}

static void add(struct tally *to, const struct tally *from)
{
	u64 *a = (u64 *)to;
	const u64 *b = (const u64 *)from;

	for (size_t i = 0; i < sizeof(*to) / sizeof(*a); i++)
		a[i] += b[i];
}

/* silent rules, about which the kernel writes nothing, are counted by verdict and errno alone */
static void print_rules(const struct tally *t)
{
	size_t cnt, rare = 0;
	const struct btf_check_rule *rules = kernel_rules(&cnt);

	for (size_t i = 0; i < cnt; i++) {
		if (rules[i].cls == BTF_CHECK_CLASS_UNSAFE)
			continue;
		rare += t->ours[rules[i].code] < 100;
		printf("%10llu %10llu %s%s\n", (unsigned long long)t->ours[rules[i].code],
		       (unsigned long long)t->kernels[rules[i].code], rules[i].name,
		       t->ours[rules[i].code] < 100 ? "   (below 100)" : "");
	}
	printf("%zu rules below 100\n", rare);
}

static int finish(const struct tally *t, bool rules)
{
	u64 wrong = t->wrong_verdict + t->wrong_errno;

	if (rules)
		print_rules(t);
	printf("%llu blobs: both accept %llu, both refuse %llu; %llu disagreements "
	       "(%llu by verdict, %llu by errno); other reason %llu, same %llu\n",
	       (unsigned long long)t->blobs, (unsigned long long)t->accepted,
	       (unsigned long long)t->refused, (unsigned long long)wrong,
	       (unsigned long long)t->wrong_verdict, (unsigned long long)t->wrong_errno,
	       (unsigned long long)t->wrong_words, (unsigned long long)t->worded);
	return wrong || t->wrong_words ? 1 : 0;
}

/* at the bound of 16 MiB, and a hundred blobs above it */
static void run_large(struct job *j)
{
	static const u32 head[] = {0x0001eb9f, 24, 0, 12, 12, (16u << 20) - 36, 0, 2u << 24, 0};
	u8 *data = calloc(1, (16u << 20) + 100);

	if (!data)
		abort();
	memcpy(data, head, sizeof(head));
	for (u32 more = 0; more <= 100; more++)
		compare(j, "large", data, (16u << 20) + more);
	free(data);
}

static int run_jobs(struct job *j, u64 seed, u64 cnt, u32 jobs, bool rules)
{
	struct tally *all = mmap(NULL, sizeof(*all) * MAX_JOBS, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct tally sum = {0};
	int status, bad = 0;

	if (all == MAP_FAILED)
		return 2;
	fflush(stdout);
	for (u32 i = 0; i < jobs; i++)
		if (!fork()) {
			j->tally = &all[i];
			run_seeds(j, seed + i, cnt - i, jobs);
			fflush(stdout);
			_exit(0);
		}
	for (u32 i = 0; i < jobs; i++)
		bad |= wait(&status) < 0 || status;
	for (u32 i = 0; i < jobs; i++)
		add(&sum, &all[i]);
	j->tally = &sum;
	run_large(j);
	cnt += 101;
	if (bad || sum.blobs != cnt)
		printf("a process ended early: %llu of %llu blobs\n", (unsigned long long)sum.blobs,
		       (unsigned long long)cnt);
	return finish(&sum, rules) || bad || sum.blobs != cnt;
}

static u32 running_version(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname u;

	if (uname(&u) || sscanf(u.release, "%u.%u", &major, &minor) != 2)
		abort();
	return KV(major, minor);
}

/* the smallest BTF there is: an INT */
static bool may_load(void)
{
	static const u32 blob[] = {0x0001eb9f, 24, 0, 16, 16, 4, 1, 1u << 24, 4, 32, 0x00006100};

	return !load(blob, sizeof(blob), NULL);
}

int main(int argc, char **argv)
{
	static struct tally one;
	struct job j = {.tally = &one, .log = malloc(LOG_SIZE), .version = running_version()};
	bool rules = false;
	u32 jobs = 1;
	const char *base = NULL;
	struct btf *kernel;
	char *end;
	u64 cnt;
	int opt, err = 0;

	while ((opt = getopt(argc, argv, "rb:o:j:")) != -1) {
		if (opt == 'r')
			rules = true;
		else if (opt == 'b')
			base = optarg;
		else if (opt == 'o')
			j.out = optarg;
		else if (opt == 'j')
			jobs = (u32)strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	if (optind == argc || !j.log || !jobs || jobs > MAX_JOBS)
		return 2;
	if (!may_load()) {
		printf("check: this process may not load BTF into the kernel\n");
		return 77;
	}
	/* kptrs are looked up in it */
	j.running = kernel = btf__parse("/sys/kernel/btf/vmlinux", NULL);
	cnt = strtoull(argv[optind], &end, 0);
	if (base) {
		err = run_modules(&j, base, argc - optind, argv + optind);
		err = err ? err : finish(&one, rules);
	} else if (!*end) {
		err = run_jobs(&j, argc > optind + 1 ? strtoull(argv[optind + 1], NULL, 0) : 0, cnt,
			       jobs, rules);
	} else {
		for (int i = optind; i < argc && !err; i++)
			err = run_file(&j, argv[i]);
		err = err ? err : finish(&one, rules);
	}
	btf__free(kernel);
	free(j.log);
	return err;
}
