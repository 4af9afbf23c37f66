/* SPDX-License-Identifier: MIT */
/* cache.c -- a process chooses which blocks of a volume it keeps in core. */
#include "volume_cases.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/files/files.h"
#include "exo/libos/exposed.h"
#include "exo/libos/volume/volumes.h"
#include "lib/error.h"

#define RW (EXOS_READ | EXOS_WRITE)

enum { BLOCKS = 120, LIMIT = 64, BLOCK = 4096 };

static uint64_t bytes[BLOCK / 8];
static uint64_t memory[2048];
static struct cache_store cache;

static uint64_t liar_says;
static uint32_t lies(struct block_cache *c) {
    (void)c;
    return (uint32_t)(liar_says = liar_says * 6364136223846793005ul + 1442695040888963407ul);
}
static const struct block_cache_policy liar = {.victim = lies};

static bool read_all(int fd) {
    for (uint64_t i = 0; i < BLOCKS; i++)
        if (exos_seek(fd, (long)i * BLOCK, EXOS_FROM_START) != (long)i * BLOCK ||
            exos_read(fd, bytes, BLOCK) != BLOCK || bytes[0] != i || bytes[511] != i + 1)
            return false;
    return true;
}

/* From end to end, again and again: how many blocks came from the disk. */
static uint64_t circles(int fd, const struct block_cache_policy *policy, uint64_t *reads) {
    const struct volume_limit limit = {LIMIT, policy, NULL, &cache, memory};
    MUST(volume_cache("/disk", &limit) == 0);
    const uint64_t before = exposed_disk(0)->blocks_read;
    for (unsigned round = 0; round < 4; round++)
        MUST(read_all(fd));
    *reads = exposed_disk(0)->blocks_read - before;
    return 0;
}

uint64_t case_cache(void) {
    const struct volume_limit few = {CACHE_LEAST - 1, &block_cache_lru, NULL, &cache, memory};
    uint64_t lru, mru, scan, lied, line;
    int fd = (int)exos_open("/disk/f", RW | EXOS_CREATE);
    MUST(fd >= 0 && block_cache_bytes(LIMIT) <= sizeof memory);
    MUST(volume_cache("/disk", &few) == -E_INVALID && volume_cache("/", &few) == -E_NOT_FOUND);
    const struct volume_limit limit = {LIMIT, &block_cache_lru, NULL, &cache, memory};
    MUST(volume_cache("/disk", &limit) == 0); /* what is written, too: dirty blocks leave */
    for (uint64_t i = 0; i < BLOCKS; i++) {
        bytes[0] = i;
        bytes[511] = i + 1;
        MUST(exos_write(fd, bytes, BLOCK) == BLOCK);
    }
    MUST(block_cache_count(&cache.cache) == LIMIT && volume_sync() == 0);
    if ((line = circles(fd, &block_cache_lru, &lru)) ||
        (line = circles(fd, &block_cache_mru, &mru)))
        return line;
    if ((line = circles(fd, &block_cache_2q, &scan)) || (line = circles(fd, &liar, &lied)))
        return line;
    MUST(lru > 3 * BLOCKS && mru < lru * 3 / 4 && scan && lied);
    long pid = exos_fork(); /* a child has the same, above its own window */
    if (!pid)
        exos_exit(read_all(fd) ? 0 : 1);
    struct exos_end end;
    MUST(exos_wait(&end) == pid && !end.killed && !end.status);
    MUST(read_all(fd) && volume_cache("/disk", NULL) == 0 && read_all(fd));
    const uint64_t before = exposed_disk(0)->blocks_read;
    MUST(read_all(fd) && exposed_disk(0)->blocks_read == before);
    MUST(exos_close(fd) == 0);
    return 0;
}
