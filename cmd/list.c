// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * btf list: the BTF objects of the running kernel. In: bpf(2), and /proc for who holds them open.
 * Out: a line each on standard output.
 */
#include <btf/running.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "json.h"

struct list_args {
	bool json;
};

static const struct opt list_options[] = {
	{"json", 0, OPT_FLAG, NULL, "one JSON object a line, schema btf-list/1",
	 offsetof(struct list_args, json)},
	{0},
};

/* ---- who holds a descriptor: /proc/PID/fdinfo says which BTF it is ---- */

struct holder {
	__u32 btf_id;
	int pid;
	char comm[20];
};

struct holders {
	struct holder *item;
	size_t cnt;
};

/* the number behind "btf_id:" of an fdinfo file; 0: there is none */
static __u32 fdinfo_btf(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[256];
	unsigned int id = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "btf_id: %u", &id) == 1)
			break;
	if (f)
		fclose(f);
	return id;
}

static void read_comm(int pid, char *comm, size_t size)
{
	char path[64];
	FILE *f;

	comm[0] = 0;
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "re");
	if (f && fgets(comm, (int)size, f))
		comm[strcspn(comm, "\n")] = 0;
	if (f)
		fclose(f);
}

/* one descriptor; false: out of memory */
static bool holders_look(struct holders *h, int pid, const char *fd)
{
	struct holder new = {.pid = pid}, *p;
	char path[320], target[32];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, fd);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return true;
	target[len] = 0;
	if (strcmp(target, "anon_inode:btf"))
		return true;
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", pid, fd);
	new.btf_id = fdinfo_btf(path);
	if (!new.btf_id)
		return true;
	for (size_t i = 0; i < h->cnt; i++)
		if (h->item[i].pid == pid && h->item[i].btf_id == new.btf_id)
			return true;
	p = realloc(h->item, (h->cnt + 1) * sizeof(*p));
	if (!p)
		return false;
	h->item = p;
	read_comm(pid, new.comm, sizeof(new.comm));
	h->item[h->cnt++] = new;
	return true;
}

static int by_pid(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* what may not be looked at is not looked at; false: out of memory */
static bool holders_collect(struct holders *h)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;
	bool ok = true;

	while (proc && ok && (d = readdir(proc))) {
		int pid = atoi(d->d_name);
		struct dirent *e;
		char path[64];
		DIR *fds;

		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/fd", pid);
		fds = opendir(path);
		while (fds && ok && (e = readdir(fds)))
			if (isdigit((unsigned char)e->d_name[0]))
				ok = holders_look(h, pid, e->d_name);
		if (fds)
			closedir(fds);
	}
	if (proc)
		closedir(proc);
	if (h->cnt)
		qsort(h->item, h->cnt, sizeof(*h->item), by_pid);
	return ok;
}

/* ---- one object ---- */

struct list_run {
	bool json;
	struct holders holders;
};

static void text_ids(const char *word, const __u32 *ids, size_t cnt)
{
	for (size_t i = 0; i < cnt; i++)
		printf("%s%u", i ? "," : word, ids[i]);
}

static void text_object(const struct list_run *run, const struct btf_running_object *o)
{
	bool first = true;

	printf("%u: name ", o->id);
	if (o->kernel)
		printf("[%s]", o->name);
	else
		fputs(*o->name ? o->name : "<anon>", stdout);
	printf("  size %uB", o->size);
	text_ids("  prog_ids ", o->progs, o->prog_cnt);
	text_ids("  map_ids ", o->maps, o->map_cnt);
	putchar('\n');
	for (size_t i = 0; i < run->holders.cnt; i++) {
		const struct holder *h = &run->holders.item[i];

		if (h->btf_id != o->id)
			continue;
		printf("%s%s(%d)", first ? "\tpids " : ", ", h->comm, h->pid);
		first = false;
	}
	if (!first)
		putchar('\n');
}

static void json_ids(struct json *j, const char *key, const __u32 *ids, size_t cnt)
{
	json_array(j, key);
	for (size_t i = 0; i < cnt; i++)
		json_number(j, NULL, ids[i]);
	json_array_end(j);
}

static void json_one(const struct list_run *run, const struct btf_running_object *o)
{
	struct json j = {.to = stdout};

	json_object(&j, NULL);
	json_string(&j, "schema", "btf-list/1");
	json_number(&j, "id", o->id);
	json_string(&j, "name", *o->name ? o->name : NULL);
	json_number(&j, "size", o->size);
	json_bool(&j, "kernel", o->kernel);
	json_ids(&j, "prog_ids", o->progs, o->prog_cnt);
	json_ids(&j, "map_ids", o->maps, o->map_cnt);
	json_array(&j, "pids");
	for (size_t i = 0; i < run->holders.cnt; i++) {
		const struct holder *h = &run->holders.item[i];

		if (h->btf_id != o->id)
			continue;
		json_object(&j, NULL);
		json_number(&j, "pid", h->pid);
		json_string(&j, "comm", h->comm);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_line(&j);
}

static int one(void *ctx, const struct btf_running_object *o)
{
	const struct list_run *run = ctx;

	(run->json ? json_one : text_object)(run, o);
	return 0;
}

static int list_run(void *args, int cnt, char **operand)
{
	const struct list_args *a = args;
	struct list_run run = {.json = a->json};
	struct btf_report *r = btf_report__new();
	int code = EXIT_OK;

	(void)cnt;
	(void)operand;
	if (!r || !holders_collect(&run.holders)) {
		code = say_error("out of memory");
	} else if (btf_running__each(one, &run, r)) {
		say_report(r);
		code = EXIT_TROUBLE;
	}
	free(run.holders.item);
	btf_report__free(r);
	return code;
}

const struct command cmd_list = {
	.name = "list",
	.help = "list the BTF objects of the running kernel",
	.operands = "",
	.min = 0,
	.max = 0,
	.options = list_options,
	.args_size = sizeof(struct list_args),
	.notes = "Takes CAP_SYS_ADMIN. btf dump --btf-id N prints what is in one of them.",
	.run = list_run,
};
