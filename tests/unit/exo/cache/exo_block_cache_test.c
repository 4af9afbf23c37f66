/* SPDX-License-Identifier: MIT */
/* exo_block_cache_test.c -- policies of the library's cache against slow models, which keep arrays
 * in the order of use; and a cache's limit above a store, with a file system on it. */
#include "exo/libos/cache/cache_store.h"
#include "exo/libos/cffs/cffs.h"
#include "exo/libos/disk/memory_disk.h"
#include "exo/libos/disk/raw_store.h"
#include "lib/error.h"
#include "random.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 40, STEPS = 200000 };

/* --- Models: the last of a list is the newest --- */

struct list {
    uint32_t block[4 * LIMIT], count;
};

static bool list_has(const struct list *l, uint32_t block) {
    for (uint32_t i = 0; i < l->count; i++)
        if (l->block[i] == block)
            return true;
    return false;
}

static bool list_remove(struct list *l, uint32_t block) {
    for (uint32_t i = 0; i < l->count; i++)
        if (l->block[i] == block) {
            memmove(&l->block[i], &l->block[i + 1], (l->count - i - 1) * sizeof l->block[0]);
            l->count--;
            return true;
        }
    return false;
}

static void list_add(struct list *l, uint32_t block) {
    l->block[l->count++] = block;
}

struct model {
    struct list main, young, ghosts;
};

/* Uses a block: the one that leaves for it, or 0; *hit. */
typedef uint32_t model_fn(struct model *m, uint32_t block, bool *hit);

static uint32_t model_recent(struct model *m, uint32_t block, bool *hit, bool newest) {
    uint32_t left = 0;
    *hit = list_remove(&m->main, block);
    if (!*hit && m->main.count == LIMIT) {
        left = m->main.block[newest ? LIMIT - 1 : 0];
        list_remove(&m->main, left);
    }
    list_add(&m->main, block);
    return left;
}

static uint32_t model_lru(struct model *m, uint32_t block, bool *hit) {
    return model_recent(m, block, hit, false);
}

static uint32_t model_mru(struct model *m, uint32_t block, bool *hit) {
    return model_recent(m, block, hit, true);
}

/* As Johnson's and Shasha's figure has it: room is made first, then the block comes. */
static uint32_t model_2q(struct model *m, uint32_t block, bool *hit) {
    uint32_t left = 0;
    *hit = true;
    if (list_remove(&m->main, block)) {
        list_add(&m->main, block);
        return 0;
    }
    if (list_has(&m->young, block))
        return 0;
    *hit = false;
    if (m->main.count + m->young.count == LIMIT) {
        bool from_young = m->young.count > LIMIT / 4 || !m->main.count;
        struct list *from = from_young ? &m->young : &m->main;
        left = from->block[0];
        list_remove(from, left);
        if (from_young)
            list_add(&m->ghosts, left);
        if (m->ghosts.count > LIMIT / 2)
            list_remove(&m->ghosts, m->ghosts.block[0]);
    }
    list_add(list_remove(&m->ghosts, block) ? &m->main : &m->young, block);
    return left;
}

/* --- Traces --- */

static uint32_t any(uint32_t i) {
    (void)i;
    return 1 + below(100);
}
static uint32_t circle(uint32_t i) {
    return 1 + i % (LIMIT + 10);
}
static uint32_t popular_and_scans(uint32_t i) {
    return i % 1000 < 200 ? 1000 + i % 1000 : 1 + below(1 + below(60));
}

static void same_as(const struct block_cache_policy *policy, model_fn *model,
                    uint32_t (*next)(uint32_t i)) {
    struct block_cache c;
    struct model m = {0};
    void *memory = calloc(1, block_cache_bytes(LIMIT));
    block_cache_begin(&c, LIMIT, policy, NULL, memory);
    for (uint32_t i = 0; i < STEPS; i++) {
        bool hit;
        uint32_t block = next(i), left = model(&m, block, &hit);
        assert_int_equal(block_cache_use(&c, block), hit);
        if (hit)
            continue;
        assert_int_equal(block_cache_is_full(&c), left != 0);
        if (left) {
            assert_int_equal(block_cache_victim(&c), left);
            block_cache_leave(&c, left);
        }
        block_cache_add(&c, block);
        assert_int_equal(block_cache_count(&c), m.main.count + m.young.count);
        assert_int_equal(c.queue[CACHE_GHOSTS].count, m.ghosts.count);
    }
    free(memory);
}

static void policies_name_whom_the_models_name(void **state) {
    (void)state;
    uint32_t (*const traces[])(uint32_t) = {any, circle, popular_and_scans};
    for (unsigned t = 0; t < 3; t++) {
        same_as(&block_cache_lru, model_lru, traces[t]);
        same_as(&block_cache_mru, model_mru, traces[t]);
        same_as(&block_cache_2q, model_2q, traces[t]);
    }
}

static uint32_t misses(const struct block_cache_policy *policy, uint32_t (*next)(uint32_t i)) {
    struct block_cache c;
    uint32_t count = 0;
    void *memory = calloc(1, block_cache_bytes(LIMIT));
    seed = 4711;
    block_cache_begin(&c, LIMIT, policy, NULL, memory);
    for (uint32_t i = 0; i < 20000; i++) {
        uint32_t block = next(i);
        if (block_cache_use(&c, block))
            continue;
        if (block_cache_is_full(&c))
            block_cache_leave(&c, block_cache_victim(&c));
        block_cache_add(&c, block);
        count++;
    }
    free(memory);
    return count;
}

static void each_policy_is_right_for_something(void **state) {
    (void)state;
    assert_int_equal(misses(&block_cache_lru, circle), 20000);
    assert_true(misses(&block_cache_mru, circle) < 20000 / 3);
    assert_true(misses(&block_cache_2q, popular_and_scans) <
                misses(&block_cache_lru, popular_and_scans));
    assert_true(misses(&block_cache_lru, popular_and_scans) <
                misses(&block_cache_mru, popular_and_scans));
}

/* --- A policy of one's own, and what it may not do --- */

static uint32_t lies(struct block_cache *c) {
    (void)c;
    return below(3) ? below(200) : (uint32_t)seed;
}

static void a_policy_that_names_what_is_not_there_is_not_believed(void **state) {
    (void)state;
    static const struct block_cache_policy liar = {.victim = lies};
    struct block_cache c;
    struct list there = {0};
    void *memory = calloc(1, block_cache_bytes(LIMIT));
    block_cache_begin(&c, LIMIT, &liar, NULL, memory);
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t block = any(i);
        assert_int_equal(block_cache_use(&c, block), list_has(&there, block));
        if (list_has(&there, block))
            continue;
        if (block_cache_is_full(&c)) {
            uint32_t left = block_cache_victim(&c);
            assert_true(list_remove(&there, left));
            block_cache_leave(&c, left);
        }
        block_cache_add(&c, block);
        list_add(&there, block);
    }
    free(memory);
}

static void who_cannot_leave_is_not_named_again_before_another_came(void **state) {
    (void)state;
    const struct block_cache_policy *const policies[] = {&block_cache_lru, &block_cache_mru,
                                                         &block_cache_2q};
    for (unsigned p = 0; p < 3; p++) {
        struct block_cache c;
        struct list named = {0};
        void *memory = calloc(1, block_cache_bytes(LIMIT));
        block_cache_begin(&c, LIMIT, policies[p], NULL, memory);
        for (uint32_t b = 1; b <= LIMIT; b++)
            block_cache_add(&c, b);
        for (unsigned i = 0; i < LIMIT; i++) {
            uint32_t block = block_cache_victim(&c);
            assert_true(block && !list_has(&named, block));
            list_add(&named, block);
            block_cache_stay(&c, block);
        }
        assert_int_equal(block_cache_victim(&c), 0);
        block_cache_forget(&c, 7);
        block_cache_forget(&c, 7);
        assert_false(block_cache_is_full(&c));
        assert_false(block_cache_use(&c, 7));
        block_cache_add(&c, 500);
        assert_int_not_equal(block_cache_victim(&c), 0);
        free(memory);
    }
}

/* --- Above a store --- */

enum { BLOCKS = 600, PAGES = 200, FILES = 12, BYTES = 80000 };

static const char volume_name[16] = "cffs";
static unsigned char model_of[FILES][BYTES], got[BYTES];

static uint32_t data_in_core(struct store *s, const struct cache_store *c) {
    uint32_t count = 0;
    for (uint32_t b = s->first; b < s->blocks; b++) {
        uint32_t slot = block_cache_find(&c->cache, b);
        count += slot && block_cache_has(&c->cache.slot[slot]) && s->ops->cached(s, b);
    }
    return count;
}

static void files_of_a_limited_cache_are_what_they_are(void **state) {
    (void)state;
    static struct raw_store raw;
    static struct cffs fs;
    static struct cache_store c;
    struct memory_disk disk;
    struct cffs_id id[FILES];
    unsigned char page[STORE_BLOCK], *bytes = calloc(BLOCKS, STORE_BLOCK);
    void *memory = calloc(1, raw_store_bytes(BLOCKS, PAGES));
    void *own = calloc(1, block_cache_bytes(LIMIT));
    memory_disk_begin(&disk, bytes, BLOCKS);
    assert_int_equal(raw_store_format(&disk.disk, page), 0);
    assert_int_equal(raw_store_open(&raw, &disk.disk, memory, PAGES), 0);
    assert_int_equal(cache_store_begin(&c, &raw.store, 15, &block_cache_2q, NULL, own), -E_INVALID);
    assert_int_equal(cache_store_begin(&c, &raw.store, LIMIT, &block_cache_2q, NULL, own), 0);
    assert_int_equal(cache_store_begin(&c, &raw.store, LIMIT, &block_cache_2q, NULL, own),
                     -E_EXISTS);
    assert_int_equal(cffs_format(&raw.store, volume_name, 13, false), 0);
    assert_int_equal(cffs_mount(&fs, &raw.store, volume_name, false), 0);
    for (unsigned i = 0; i < FILES; i++) {
        char text[8];
        int length = snprintf(text, sizeof text, "f%u", i);
        const struct cffs_name name = {text, (size_t)length};
        assert_int_equal(cffs_create(&fs, cffs_root(&fs), name, 0600, &id[i]), 0);
        memset(model_of[i], 0, BYTES);
    }
    for (unsigned step = 0; step < 4000; step++) {
        unsigned i = below(FILES), at = below(BYTES - 9000), count = 1 + below(9000);
        if (below(2)) {
            memset(model_of[i] + at, (int)below(256), count);
            assert_int_equal(cffs_write(&fs, id[i], at, model_of[i] + at, count), count);
        } else {
            long n = cffs_read(&fs, id[i], 0, got, BYTES);
            assert_true(n >= 0);
            assert_memory_equal(got, model_of[i], (size_t)n);
        }
        assert_true(block_cache_count(&c.cache) <= LIMIT);
        assert_true(data_in_core(&raw.store, &c) <= LIMIT);
    }
    assert_true(raw.store.counts.reads > 1000);
    assert_int_equal(cffs_unmount(&fs), 0);
    assert_int_equal(raw_store_close(&raw), 0);
    cache_store_end(&c);
    assert_null(raw.store.cache);
    free(bytes);
    free(memory);
    free(own);
}

static void where_all_are_held_nothing_comes_into_core(void **state) {
    (void)state;
    enum { FEW = CACHE_LEAST };
    static struct raw_store raw;
    static struct cache_store c;
    struct memory_disk disk;
    struct store *s = &raw.store;
    unsigned char page[STORE_BLOCK], *held, *bytes = calloc(BLOCKS, STORE_BLOCK);
    void *memory = calloc(1, raw_store_bytes(BLOCKS, PAGES));
    void *own = calloc(1, block_cache_bytes(FEW));
    memory_disk_begin(&disk, bytes, BLOCKS);
    assert_int_equal(raw_store_format(&disk.disk, page), 0);
    assert_int_equal(raw_store_open(&raw, &disk.disk, memory, PAGES), 0);
    assert_int_equal(cache_store_begin(&c, s, FEW, &block_cache_lru, NULL, own), 0);
    const struct store_child run = {.at = {100, FEW + 1, XN_BYTES, 0}};
    for (uint32_t i = 0; i < FEW; i++)
        assert_int_equal(store_get(s, &run, i, STORE_READ, &held), 0);
    assert_int_equal(store_get(s, &run, FEW, STORE_READ, &held), -E_FULL);
    assert_false(s->ops->cached(s, 100 + FEW));
    store_put(s, 103);
    store_put(s, 104);
    block_cache_forget(&c.cache, 104);
    assert_int_equal(store_get(s, &run, FEW, STORE_READ, &held), 0);
    assert_int_equal(store_get(s, &run, 4, STORE_READ, &held), 0); /* which takes 103's place */
    assert_false(s->ops->cached(s, 103));
    cache_store_end(&c);
    free(bytes);
    free(memory);
    free(own);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies_name_whom_the_models_name),
        cmocka_unit_test(each_policy_is_right_for_something),
        cmocka_unit_test(a_policy_that_names_what_is_not_there_is_not_believed),
        cmocka_unit_test(who_cannot_leave_is_not_named_again_before_another_came),
        cmocka_unit_test(files_of_a_limited_cache_are_what_they_are),
        cmocka_unit_test(where_all_are_held_nothing_comes_into_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
