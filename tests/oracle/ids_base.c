// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The "kernel" of oracle/ids: its types are the base. OTHER is another build of it, with other
 * types before and between the same ones, so that every id is another.
 */
#ifdef OTHER
struct before {
	long a, b;
};
static struct before before;
#endif

struct only_by_id { /* nothing in the module refers to it but .BTF_ids */
	int a, b;
};

union either {
	int i;
	unsigned char c[8];
};

#ifdef OTHER
struct between {
	struct before *before;
	short s;
};
static struct between between;
#endif

struct shared {
	struct shared *next;
	unsigned long bits;
};

typedef struct {
	int counter;
} count_t;

static struct only_by_id only_by_id;
static union either either;
static struct shared shared;
static count_t count;

int base_use(void);

int base_use(void)
{
#ifdef OTHER
	before.a = between.s;
#endif
	return only_by_id.a + either.i + (int)shared.bits + count.counter;
}
