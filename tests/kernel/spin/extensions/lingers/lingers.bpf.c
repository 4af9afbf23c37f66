/* SPDX-License-Identifier: MIT */
/* lingers.bpf.c -- a policy that takes longer than interrupts may be off, and cannot be cut. */
#include "spin/extend.h"
#include "spin/services/vm/cache_object.h"

static unsigned long spent;

INSTEAD(cache_choose_victim) unsigned lingers(const struct cache_view *cache) {
    for (unsigned i = 0; i < 1000; i++)
        spent += i ^ spent;
    return cache->evictable & 1;
}
