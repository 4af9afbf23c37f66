/* SPDX-License-Identifier: MIT */
/* volume_cache.c -- which blocks of a volume this process keeps in core: its own policy above its
 * own window. Others have theirs, and what they show stays in core for them. */
#include "exo/libos/volume/volume_own.h"

#include "exo/libos/cache/cache_store.h"
#include "lib/error.h"
#include "lib/string.h"

static struct volume_limit limit_of[VOLUMES];

void volume_cache_again(unsigned v) {
    const struct volume_limit *l = &limit_of[v];
    if (!l->policy)
        return;
    memset(l->memory, 0, block_cache_bytes(l->blocks));
    (void)cache_store_begin(l->cache, volume_store(v), l->blocks, l->policy, l->own, l->memory);
}

long volume_cache(const char *path, const struct volume_limit *limit) {
    long v = volume_of(path);
    if (v < 0)
        return v;
    if (limit && limit->blocks < CACHE_LEAST)
        return -E_INVALID;
    volumes_enter();
    long error = volume_open((unsigned)v);
    struct store *s = volume_store((unsigned)v);
    if (!error && s->cache)
        cache_store_end(s->cache);
    if (!error) {
        limit_of[v] = limit ? *limit : (struct volume_limit){0};
        volume_cache_again((unsigned)v);
    }
    volumes_leave();
    return error;
}

void volume_cache_end(unsigned v) {
    limit_of[v] = (struct volume_limit){0};
}
