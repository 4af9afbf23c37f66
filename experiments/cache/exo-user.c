/* SPDX-License-Identifier: MIT */
/* exo-user.c -- the library's cache of blocks over C-FFS and XN, by the library's policies and by
 * one of the application's. */
#include "../files/exo-user.h"
#include "exo/libos/cache/cache_store.h"
#include "exo/libos/exposed.h"
#include "lib/string.h"
#include "workload.h"

#define WORDS 256 /* of 64 blocks: a disk of 64 MiB */

static struct cache_store limited;
static uint64_t memory[8192];

/* --- The application's own. It has laid out its file so that blocks that are wanted more often
 * come first: the last one that is in core leaves. --- */

static struct {
    uint64_t has[WORDS]; /* a bit a block */
    uint32_t last;       /* no word behind this one has any */
} own;

static void own_came(struct block_cache *c, uint32_t slot) {
    uint32_t block = c->slot[slot].block;
    own.has[block / 64] |= 1ul << block % 64;
    if (block / 64 > own.last)
        own.last = block / 64;
}

static void own_left(struct block_cache *c, uint32_t slot) {
    uint32_t block = c->slot[slot].block;
    own.has[block / 64] &= ~(1ul << block % 64);
}

static uint32_t own_victim(struct block_cache *c) {
    while (own.last && !own.has[own.last])
        own.last--;
    uint64_t word = own.has[own.last];
    return word ? block_cache_find(c, own.last * 64 + 63 - (unsigned)__builtin_clzl(word)) : 0;
}

static const struct block_cache_policy own_policy = {
    .came = own_came, .left = own_left, .victim = own_victim};

/* --- What the experiment asks for --- */

static const struct {
    const char *name;
    const struct block_cache_policy *policy;
} policies[] = {{"lru", &block_cache_lru},
                {"mru", &block_cache_mru},
                {"scan", &block_cache_2q},
                {"own", &own_policy}};
static const struct block_cache_policy *chosen;

static void fetch_nothing(struct store *s, uint32_t block, uint32_t count) {
    (void)s, (void)block, (void)count;
}

/* An empty cache, above a store that has nothing in core and reads nothing along. */
static void begin(struct store *store) {
    static struct store_ops ops;
    ops = *store->ops;
    ops.fetch = fetch_nothing;
    store->ops = &ops;
    files_must(block_cache_bytes(CACHE_BLOCKS) <= sizeof memory && store->blocks <= WORDS * 64);
    memset(memory, 0, sizeof memory);
    memset(&own, 0, sizeof own);
    files_must(!cache_store_begin(&limited, store, CACHE_BLOCKS, chosen, &own, memory));
}

static const char *exo_limit(int file, const char *policy) {
    unsigned i = 0;
    (void)file;
    while (strcmp(policies[i].name, policy) != 0)
        i++;
    chosen = policies[i].policy;
    exo_files_forgotten = begin;
    return NULL;
}

static uint64_t exo_misses(void) {
    return exposed_disk(0)->blocks_read;
}

static const struct cache exo_cache = {
    .files = &exo_files, .fs = "cffs", .limit = exo_limit, .misses = exo_misses};

CACHE_ROWS(exo_cache, "lru,mru,scan,own")
