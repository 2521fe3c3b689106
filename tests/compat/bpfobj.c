// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * bpfobj OBJECT...: BPF objects as clang writes them. Their .BTF and .BTF.ext are read, types are
 * doubled and deduplicated again with the .BTF.ext in step, in a base and on one.
 */
#include "client.h"

#include "ext_words.h"

/* all that .BTF.ext says, as text: what it says must stay when ids and offsets change */
static void say(const char *label, const struct btf *b, const struct btf_ext *x)
{
	static const char *const part[] = {"func", "line", "core"};
	__u32 size;
#ifdef PEER_IS_DEBIAN
	const __u32 *w = (const __u32 *)btf_ext__get_raw_data(x, &size);
#else
	const __u32 *w = (const __u32 *)btf_ext__raw_data(x, &size);
#endif
	int line = 0;

	for (int i = 0; i < 3; i++) {
		__u32 at = (w[1] + w[2 + 2 * i]) / 4, end = at + w[3 + 2 * i] / 4, words;

		if (!w[3 + 2 * i])
			continue;
		words = w[at++] / 4;
		while (at < end) {
			__u32 n = w[at + 1];

			printf("%s %d: %s section %s\n", label, line++, part[i],
			       btf__str_by_offset(b, w[at]));
			for (at += 2; n--; at += words) {
				const __u32 *r = w + at;

				printf("%s %d: %s %u ", label, line++, part[i], r[0]);
				if (i == 1)
					printf("%s '%s' %x\n", btf__str_by_offset(b, r[1]),
					       btf__str_by_offset(b, r[2]), r[3]);
				else
					printf("%s kind %u %s %x\n",
					       btf__name_by_offset(
						       b, btf__type_by_id(b, r[1])->name_off),
					       btf_kind(btf__type_by_id(b, r[1])),
					       i == 2 ? btf__str_by_offset(b, r[2]) : "",
					       i == 2 ? r[3] : 0);
			}
		}
	}
}

static void object(int n, const char *path, struct btf *base)
{
	struct btf_ext *x = NULL, *elf_x = NULL;
	struct btf *b, *e, *work;
	char label[64];
	__u32 size;
	const void *data;

#define LABEL(what)                                                                                \
	(snprintf(label, sizeof(label), "object %d%s: %s", n, base ? " on base" : "", what), label)
	PTR(LABEL("parse"), b, btf__parse(path, &x));
	PTR(LABEL("parse elf"), e, btf__parse_elf(path, &elf_x));
	if (!b || !e || !x || !elf_x)
		return;
	print_content(LABEL("BTF"), b);
	print_ext(LABEL("ext"), x);
	say(LABEL("says"), b, x);
	INT(LABEL("pointer size"), (long)btf__pointer_size(b));
	INT(LABEL("types"), btf__type_cnt(b));
	if (base) {
		/* as a split: behind the base, where ids and strings of ext do not lead */
		work = btf__new_empty_split(base);
		INT(LABEL("add"), btf__add_btf(work, b));
		INT(LABEL("dedup"), btf__dedup(work, NULL));
		print_content(LABEL("deduplicated"), work);
		btf__free(work);
	} else {
		LIBBPF_OPTS(btf_dedup_opts, opts, .btf_ext = x);

		/* all types twice, the first of them under the old ids */
		data = btf__raw_data(b, &size);
		work = btf__new(data, size);
		INT(LABEL("add itself"), btf__add_btf(work, work));
		btf__add_str(work, "nobody refers to this");
		INT(LABEL("dedup"), btf__dedup(work, &opts));
		print_content(LABEL("deduplicated"), work);
		print_ext(LABEL("ext after"), x);
		say(LABEL("says after"), work, x);
		btf__free(work);
	}
	btf_ext__free(x);
	btf_ext__free(elf_x);
	btf__free(e);
	btf__free(b);
}

int main(int argc, char **argv)
{
	struct btf *base;

	if (argc < 3)
		return 2;
	client_quiet();
	for (int i = 1; i < argc; i++)
		object(i, argv[i], NULL);
	base = btf__parse(argv[1], NULL);
	for (int i = 1; i < argc; i++)
		object(i, argv[i], base);
	btf__free(base);
	return 0;
}
