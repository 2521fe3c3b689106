// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* What --btf-id, --prog and --map name -> an object: see running.h. */
#include "running.h"

#include <errno.h>

#include <btf/btf.h>
#include <btf/running.h>

enum { PART_DEFAULT, PART_KEY, PART_VALUE, PART_KV, PART_ALL };

bool running_asked(const struct running_args *a)
{
	return a->btf_id || a->prog || a->map;
}

int running_check(const char *command, const struct running_args *a, int operands)
{
	unsigned long id;

	if ((a->btf_id != NULL) + (a->prog != NULL) + (a->map != NULL) > 1)
		return say_usage(command, "--btf-id, --prog and --map exclude each other");
	if (running_asked(a) && operands)
		return say_usage(command, "--btf-id, --prog and --map stand in place of FILE");
	if (!running_asked(a) && !operands)
		return say_usage(command, "FILE is missing");
	if (a->part && !a->map)
		return say_usage(command, "--map-types goes with --map");
	if (a->btf_id && (!opts_number(a->btf_id, 0xffffffff, &id) || !id))
		return say_usage(command, "--btf-id '%s': expected a number above 0", a->btf_id);
	return EXIT_OK;
}

static int no_btf(const char *what, const char *name, struct btf_report *r)
{
	char text[256];

	snprintf(text, sizeof(text), "%s '%.100s' has no BTF", what, name);
	btf_report__add(r, BTF_CODE_KERNEL_NONE, BTF_ERROR, NULL, text);
	return -ENOENT;
}

/* the types of a map that are asked for */
static int map_types(struct running *ret, const struct running_args *a,
		     const struct btf_running_user *map, struct btf_report *r)
{
	bool key = a->part != PART_VALUE, value = a->part != PART_KEY;

	if (a->part == PART_ALL)
		return 0;
	if (key && map->key_type)
		ret->id[ret->id_cnt++] = map->key_type;
	if (value && map->value_type)
		ret->id[ret->id_cnt++] = map->value_type;
	if (ret->id_cnt)
		return 0;
	btf_report__add(r, BTF_CODE_KERNEL_NONE, BTF_ERROR, NULL,
			"the map says nothing about the types of its keys and values: "
			"--map-types all prints all of its BTF");
	return -ENOENT;
}

int running_open(struct running *ret, const struct running_args *a, struct btf *base,
		 struct btf_report *r)
{
	struct btf_running_user user = {.sz = sizeof(user)};
	unsigned long id = 0;
	int err = 0;

	*ret = (struct running){0};
	if (a->btf_id) {
		opts_number(a->btf_id, 0xffffffff, &id);
	} else {
		enum btf_running_kind kind = a->prog ? BTF_RUNNING_PROG : BTF_RUNNING_MAP;
		const char *which = a->prog ? a->prog : a->map;

		err = btf_running__find(kind, which, &user, r);
		if (!err && !user.btf_id)
			err = no_btf(a->prog ? "program" : "map", which, r);
		if (!err && a->map)
			err = map_types(ret, a, &user, r);
		id = user.btf_id;
	}
	if (err)
		return err;
	ret->btf = btf_running__load((__u32)id, base, r);
	return ret->btf ? 0 : -errno;
}
