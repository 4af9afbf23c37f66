/* SPDX-License-Identifier: MIT */
/* endless.bpf.c -- a policy that would never answer; it can be cut, and is. */
#include "spin/extend.h"
#include "spin/services/vm/cache_object.h"

static volatile unsigned long turns;

EPHEMERAL(cache_choose_victim) unsigned endless(const struct cache_view *cache) {
    for (unsigned long i = 0; i < 1000; i++)
        turns += cache->evictable;
    return 0;
}
