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

/* The second half of keys_make, where env->flavour is not 0. */
int flavour_keys(struct keys *k, const struct scan *s, const struct key_opts *o,
		 const struct key_env *env);

#endif
