/* SPDX-License-Identifier: MIT */
/* workload.h -- which blocks of a file are read in which order, and what a cache of 1,024 blocks
 * makes of it under a policy. The same source on every system; its operations are those of
 * experiments/files, and three of the cache. */
#ifndef EXPERIMENTS_CACHE_WORKLOAD_H
#define EXPERIMENTS_CACHE_WORKLOAD_H

#include "../files/workload.h"

#define CACHE_BLOCKS      1024 /* of 4 KiB that the cache has room for */
#define CACHE_BLOCK       4096
#define CACHE_FILE_BLOCKS 4096

enum cache_kind { CACHE_SCAN, CACHE_WEB, CACHE_DATABASE };

/* Where the database has its tree, and behind it the table that it scans. */
enum { CACHE_INNER = 32, CACHE_LEAVES = 1536, CACHE_TABLE = 1 + CACHE_INNER + CACHE_LEAVES };

struct cache {
    const struct files *files;
    const char *fs;
    /* The cache has that room from now on, and POLICY for that file; null, or why not. */
    const char *(*limit)(int file, const char *policy);
    /* A block was read: an application may advise. Null where a policy needs no advice. */
    void (*advise)(int file, enum cache_kind kind, uint64_t block);
    uint64_t (*misses)(void); /* blocks read from the disk so far */
};

/* ---- the order of blocks ---- */

struct cache_walk {
    uint64_t step, drawn;
    uint32_t scan; /* blocks that are left of a scan, for the database */
};

static inline uint64_t cache_draw(struct cache_walk *w, uint64_t below) {
    w->drawn = w->drawn * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (w->drawn >> 33) % below;
}

/* A quarter more than fits, read in order again and again. */
static inline uint64_t cache_scan(struct cache_walk *w) {
    return w->step++ % (CACHE_BLOCKS + CACHE_BLOCKS / 4);
}

/* Few are popular: the least of three draws. */
static inline uint64_t cache_web(struct cache_walk *w) {
    uint64_t least = CACHE_FILE_BLOCKS;
    for (int i = 0; i < 3; i++) {
        uint64_t block = cache_draw(w, CACHE_FILE_BLOCKS);
        least = block < least ? block : least;
    }
    return least;
}

/* A tree of three levels is searched, and now and then a table is scanned. */
static inline uint64_t cache_database(struct cache_walk *w) {
    enum { SCANNED = 1024, EVERY = 1500 };
    if (w->scan)
        return CACHE_TABLE + --w->scan;
    uint64_t level = w->step++ % 3;
    if (w->step % EVERY == 0)
        w->scan = SCANNED;
    return level == 0   ? 0
           : level == 1 ? 1 + cache_draw(w, CACHE_INNER)
                        : 1 + CACHE_INNER + cache_draw(w, CACHE_LEAVES);
}

static const struct cache_workload {
    const char *name;
    enum cache_kind kind;
    uint64_t (*next)(struct cache_walk *w);
    uint64_t reads;
} cache_workloads[] = {{"scan", CACHE_SCAN, cache_scan, 6400},
                       {"web", CACHE_WEB, cache_web, 8192},
                       {"database", CACHE_DATABASE, cache_database, 8192}};

/* ---- a row ---- */

static inline void cache_read_all(const struct cache *c, const struct cache_workload *w, int file) {
    struct cache_walk walk = {0};
    for (uint64_t i = 0; i < w->reads; i++) {
        uint64_t block = w->next(&walk);
        long got = c->files->read(file, files_bytes, CACHE_BLOCK, block * CACHE_BLOCK);
        files_must(got == CACHE_BLOCK);
        if (c->advise)
            c->advise(file, w->kind, block);
    }
}

static inline int cache_file(const struct cache *c) {
    int file = c->files->open("/d/f", FILES_CREATE);
    for (uint64_t i = 0; i < CACHE_FILE_BLOCKS; i++)
        files_must(c->files->write(file, files_bytes, CACHE_BLOCK, i * CACHE_BLOCK) == CACHE_BLOCK);
    files_must(!c->files->fsync(file));
    return file;
}

/* What a workload takes that begins with an empty cache; or, where COUNT, how many blocks it reads
 * from the disk. */
static inline void cache_row(struct bench *b, const struct cache *c, bool count) {
    char workload[FILES_WORD], policy[FILES_WORD];
    const struct cache_workload *w = cache_workloads;
    bench_slow(b);
    bench_word(b, "policy", policy, sizeof policy);
    bench_word(b, "workload", workload, sizeof workload);
    while (__builtin_strcmp(w->name, workload) != 0)
        w++;
    const char *why = c->files->mount(c->fs);
    if (!why) {
        files_must(!c->files->mkdir("/d"));
        int file = cache_file(c);
        why = c->limit(file, policy);
        do {
            c->files->forget(file);
            uint64_t before = c->misses();
            if (!count)
                bench_start(b);
            cache_read_all(c, w, file);
            if (!count)
                bench_stop(b);
            else
                bench_count(b, c->misses() - before);
        } while (!why && !count && bench_next(b));
        files_must(!c->files->close(file));
        files_unlink_one(c->files, "/d/f", 0);
        files_end(c->files);
    }
    if (why)
        bench_skip(b, why);
}

/* The rows of a system; POLICIES: "lru,mru". */
#define CACHE_ROWS(cache, policies)                                                                \
    BENCH(cache_time, "cache/workload:scan,web,database/policy:" policies) {                       \
        cache_row(b, &(cache), false);                                                             \
    }                                                                                              \
    BENCH(cache_misses, "cache/misses/workload:scan,web,database/policy:" policies) {              \
        cache_row(b, &(cache), true);                                                              \
    }

#endif
