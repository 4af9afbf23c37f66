/* SPDX-License-Identifier: MIT */
/* mru.bpf.c -- a policy of a cache object: the page that was used last goes, as is best where pages
 * are used one after the other, again and again, and the cache has not frames for all. Not for what
 * an instruction needs two pages of at once: the first would go for the second, for ever. */
#include "spin/extend.h"
#include "spin/services/vm/cache_object.h"

INSTEAD(cache_choose_victim) unsigned mru(const struct cache_view *cache) {
    unsigned victim = CACHE_FRAMES_MAX;
    unsigned long newest = 0;
    for (unsigned i = 0; i < CACHE_FRAMES_MAX; i++)
        if ((cache->evictable >> i & 1) && cache->used[i] > newest) {
            victim = i;
            newest = cache->used[i];
        }
    return victim;
}
