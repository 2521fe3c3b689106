/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Names that mean different things in different units.
 *
 * Where a unit defines a tag that has another definition elsewhere, its types that reach the
 * definition get reference keys of their own: the flavour of the unit goes into them. Units with
 * the same choice of definitions have the same flavour and go on sharing their types.
 */
#ifndef ENCODE_FLAVOUR_H
#define ENCODE_FLAVOUR_H

#include "encode/keys.h"

/* What is special about the unit: the set of its ambiguous definitions as a number, 0 for none. */
u64 flavour_of(struct keys *k, const struct scan *s, const struct key_env *env);
/* Places of the definitions that reach an ambiguous one, for key_env.apart: u64[]. */
int flavour_places(struct keys *k, const struct scan *s, const struct key_env *env,
		   struct buf *ret);
/* New keys for what reaches an ambiguous definition; keys_make has made those that names give. */
int flavour_keys(struct keys *k, const struct scan *s, const struct key_opts *o,
		 const struct key_env *env, u64 flavour);

#endif
