/* SPDX-License-Identifier: MIT */
/* pool.c -- see pool.h. Blocks of one size are kept in one list; what no list has comes from the
 * end of one large mapping, which begins anew with each program. Where a sanitizer looks on, each
 * block is an allocation of its own, so that it sees where one ends. */
#include "pool.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define POOL_BYTES ((size_t)1 << 28)
#define KEPT_BYTES ((size_t)1 << 25) /* more than this is given back to the system */
#define GRAIN      64
#define SIZES      256 /* lists of blocks of GRAIN, 2 GRAIN, ... bytes; larger ones are not reused */

struct block {
    struct block *next;
};

static struct {
    uint8_t *base;
    size_t used, live;
    struct block *list[SIZES];
} pool;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static size_t grains(size_t bytes) {
    return (bytes + !bytes + GRAIN - 1) / GRAIN;
}

static void *fresh(size_t bytes) {
    if (!pool.base) {
        void *base = mmap(NULL, POOL_BYTES, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (base == MAP_FAILED)
            return NULL;
        pool.base = base;
    }
    if (bytes > POOL_BYTES - pool.used)
        return NULL;
    pool.used += bytes;
    return pool.base + pool.used - bytes;
}

static void *allocate(void *owner, size_t bytes) {
    size_t n = grains(bytes);
    void *memory = NULL;
    (void)owner;
    if (SANITIZED) {
        pool.live += bytes;
        return calloc(1, bytes ? bytes : 1);
    }
    if (n < SIZES && pool.list[n]) {
        memory = pool.list[n];
        pool.list[n] = pool.list[n]->next;
    } else {
        memory = fresh(n * GRAIN);
    }
    if (!memory)
        return NULL;
    pool.live += bytes;
    return memset(memory, 0, bytes);
}

static void release(void *owner, void *memory, size_t bytes) {
    size_t n = grains(bytes);
    (void)owner;
    if (!memory)
        return;
    pool.live -= bytes;
    if (SANITIZED)
        free(memory);
    if (SANITIZED || n >= SIZES)
        return;
    struct block *b = memory;
    b->next = pool.list[n];
    pool.list[n] = b;
}

const struct hooks pool_hooks = {.allocate = allocate, .release = release};

size_t pool_reset(void) {
    size_t left = pool.live;
    if (pool.used > KEPT_BYTES)
        madvise(pool.base, pool.used, MADV_DONTNEED);
    pool.used = pool.live = 0;
    memset(pool.list, 0, sizeof pool.list);
    return left;
}
