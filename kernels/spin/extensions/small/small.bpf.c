/* SPDX-License-Identifier: MIT */
/* small.bpf.c -- a policy of a cache of files: one that is larger than an eighth of the cache is
 * not kept in it, so that the others stay; of these the page that was not used for longest goes. */
#include "spin/extend.h"
#include "spin/services/files/file_policies.h"
#include "spin/services/vm/cache_object.h"

EPHEMERAL(file_kept) _Bool small(unsigned long policy, unsigned long bytes, unsigned long room) {
    (void)policy;
    return bytes <= room / 8;
}

INSTEAD(cache_choose_victim) unsigned oldest(const struct cache_view *cache) {
    unsigned victim = CACHE_FRAMES_MAX;
    unsigned long least = -1ul;
    for (unsigned i = 0; i < CACHE_FRAMES_MAX; i++)
        if ((cache->evictable >> i & 1) && cache->used[i] < least) {
            victim = i;
            least = cache->used[i];
        }
    return victim;
}
