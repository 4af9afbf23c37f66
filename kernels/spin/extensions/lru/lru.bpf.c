/* SPDX-License-Identifier: MIT */
/* lru.bpf.c -- a policy of a cache object: the page that was not used for longest goes. */
#include "spin/extend.h"
#include "spin/services/vm/cache_object.h"

INSTEAD(cache_choose_victim) unsigned lru(const struct cache_view *cache) {
    unsigned victim = CACHE_FRAMES_MAX;
    unsigned long oldest = -1ul;
    for (unsigned i = 0; i < CACHE_FRAMES_MAX; i++)
        if ((cache->evictable >> i & 1) && cache->used[i] < oldest) {
            victim = i;
            oldest = cache->used[i];
        }
    return victim;
}
