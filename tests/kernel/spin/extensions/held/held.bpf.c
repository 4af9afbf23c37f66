/* SPDX-License-Identifier: MIT */
/* held.bpf.c -- a policy that names a frame whose page may not go. */
#include "spin/extend.h"
#include "spin/services/vm/cache_object.h"

INSTEAD(cache_choose_victim) unsigned held(const struct cache_view *cache) {
    unsigned victim = 0;
    for (unsigned i = 0; i < CACHE_FRAMES_MAX; i++)
        if (!(cache->evictable >> i & 1))
            victim = i;
    return victim;
}
