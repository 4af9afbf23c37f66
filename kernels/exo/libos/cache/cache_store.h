/* SPDX-License-Identifier: MIT */
/* cache_store.h -- a store whose blocks of data have a limit, and a policy that says which of them
 * stay in core. File systems above it notice nothing. Metadata are not counted: they are few, and
 * what hangs on them needs them. */
#ifndef EXO_LIBOS_CACHE_STORE_H
#define EXO_LIBOS_CACHE_STORE_H

#include "exo/libos/cache/block_cache.h"
#include "exo/libos/disk/store.h"

#define CACHE_LEAST 16 /* blocks of a limit */

struct cache_store {
    struct block_cache cache;
    struct store *store;
    const struct store_ops *under;
    struct store_ops ops;
};

/* From now on at most `limit` blocks of data are in core; what is there and held by nobody leaves.
 * `memory`: block_cache_bytes(limit) bytes of zeroes. -E_INVALID: fewer than CACHE_LEAST;
 * -E_EXISTS: it has a limit. Where all of them are held, store_get says -E_FULL. */
long cache_store_begin(struct cache_store *c, struct store *s, uint32_t limit,
                       const struct block_cache_policy *policy, void *own, void *memory);
/* The store is what it was. */
void cache_store_end(struct cache_store *c);

#endif
