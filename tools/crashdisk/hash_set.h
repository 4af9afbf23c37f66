/* SPDX-License-Identifier: MIT */
/* hash_set.h -- states by their hashes: which were seen, what is demanded of each, and which of
 * them are drawn. */
#ifndef CRASHDISK_HASH_SET_H
#define CRASHDISK_HASH_SET_H

#include "disk_state.h"

/* One disk. It may come about in several ways; the one that demands most counts. */
struct seen_state {
    struct state_hash hash;
    size_t flushes;  /* the most that had ended */
    bool used, torn; /* a write was torn, each time */
};

struct hash_set {
    struct seen_state *slots; /* open addressing */
    size_t count, size;
};

/* Whether it was not there before; notes what is demanded of it. */
bool hash_set_add(struct hash_set *s, struct state_hash hash, size_t flushes, bool torn);
/* Null where it is not there. */
const struct seen_state *hash_set_find(const struct hash_set *s, struct state_hash hash);
/* Fine on {0}, which is empty. */
void hash_set_free(struct hash_set *s);

/* Of the set's hashes MOST are drawn by SEED: those for which hash_draw gives at most this. */
uint64_t hash_set_draw(const struct hash_set *s, uint64_t seed, size_t most);
uint64_t hash_draw(struct state_hash hash, uint64_t seed);

#endif
