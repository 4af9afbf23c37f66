/* SPDX-License-Identifier: MIT */
/* spin-user.c -- a process's file with a cache of its own, by policies that are verified
 * extensions, or by the kernel's. */
#include "lib/string.h"
#include "spin/user/files.h"
#include "../files/spin_user_files.h"
#include "workload.h"

static const char *spin_limit(int file, const char *policy) {
    const bool own = strcmp(policy, "kernel") != 0;
    return file_cache(file, CACHE_BLOCKS, own ? policy : NULL) ? "the kernel has no such policy"
                                                               : NULL;
}

/* Nothing is written meanwhile. */
static uint64_t spin_misses(void) {
    struct file_counts counts = {0};
    files_must(!file_counts(PLACE, &counts));
    return counts.sectors / (CACHE_BLOCK / 512);
}

static const struct cache spin_cache = {
    .files = &spin_files, .fs = "ext2", .limit = spin_limit, .misses = spin_misses};

CACHE_ROWS(spin_cache, "kernel,lru,mru,small")
