// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * Names that are spelled alike. In: the name that was asked for, names one by one. Out: the best
 * five. Cost per name is bounded: only its first bytes are looked at, most names are ruled out by
 * their length and letters, and the edit distance gives up early.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "print/show.h"

#define NEAR_LEN 64 /* bytes of a name that are compared */
#define NO_MATCH 0xffffffffu

void near_init(struct nears *n, const char *want)
{
	*n = (struct nears){.want = want};
}

/*
 * Edit distance with neighbours swapped as one edit, ignoring case; more than `most`: NO_MATCH.
 * Both at most NEAR_LEN bytes.
 */
static u32 distance(const char *a, size_t la, const char *b, size_t lb, u32 most)
{
	u8 rows[3][NEAR_LEN + 1];

	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = (u8)j;
	for (size_t i = 1; i <= la; i++) {
		u8 *row = rows[i % 3], *prev = rows[(i + 2) % 3], *prev2 = rows[(i + 1) % 3];
		u32 least = row[0] = (u8)i;

		for (size_t j = 1; j <= lb; j++) {
			int ca = tolower((unsigned char)a[i - 1]),
			    cb = tolower((unsigned char)b[j - 1]);
			u32 v = prev[j - 1] + (u32)(ca != cb);

			v = min_of(v, prev[j] + 1u);
			v = min_of(v, row[j - 1] + 1u);
			if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) &&
			    cb == tolower((unsigned char)a[i - 2]))
				v = min_of(v, prev2[j - 2] + 1u);
			row[j] = (u8)v;
			least = min_of(least, v);
		}
		if (least > most)
			return NO_MATCH;
	}
	return rows[la % 3][lb] <= most ? rows[la % 3][lb] : NO_MATCH;
}

/* lower is nearer: a few edits, then names that go on behind or start before what was asked for */
static u32 cost(const char *want, const char *name)
{
	size_t lw = strnlen(want, NEAR_LEN), ln = strnlen(name, NEAR_LEN);
	u32 most = lw < 4 ? 1 : lw < 8 ? 2 : 3, d = NO_MATCH;
	size_t apart = lw > ln ? lw - ln : ln - lw;

	if (!ln || !lw)
		return NO_MATCH;
	if (apart <= most)
		d = distance(want, lw, name, ln, most);
	if (d != NO_MATCH)
		return d * 16;
	if (lw < 3 || ln < 3)
		return NO_MATCH;
	/* "skbuff" is no part of "sk_buff", but "task" is one of "task_struct" */
	if (ln > lw && !strncasecmp(want, name, lw))
		return 64 + (u32)min_of(apart, 60u);
	if (lw > ln && lw - ln <= 8 && ln > 4 && !strncasecmp(want, name, ln))
		return 96 + (u32)apart;
	if (ln > lw && lw > 4 && memmem(name, ln, want, lw))
		return 128 + (u32)min_of(apart, 60u);
	return NO_MATCH;
}

void near_offer(struct nears *n, const char *name, u32 id)
{
	u32 c = cost(n->want, name), at;

	if (c == NO_MATCH || (n->cnt == NEAR_MAX && c >= n->best[NEAR_MAX - 1].cost))
		return;
	for (u32 i = 0; i < n->cnt; i++)
		if (!strncmp(n->best[i].name, name, NEAR_LEN))
			return;
	at = n->cnt < NEAR_MAX ? n->cnt++ : NEAR_MAX - 1;
	for (; at && n->best[at - 1].cost > c; at--)
		n->best[at] = n->best[at - 1];
	n->best[at] = (struct near){name, c, id};
}

void near_text(const struct nears *n, const struct btf *b, char *text, size_t size)
{
	size_t len = 0;

	text[0] = 0;
	for (u32 i = 0; i < n->cnt; i++) {
		const struct btf_type *t = b ? object_type(b, n->best[i].id) : NULL;
		struct ctype name;

		ctype_name(&name, n->best[i].name);
		len += (size_t)snprintf(text + len, size - len, "%s%s%s%s", i ? ", " : "",
					t ? ctype_keyword(t) : "", t ? " " : "", name.text);
		if (len >= size)
			return;
	}
}
