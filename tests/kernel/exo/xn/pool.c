/* SPDX-License-Identifier: MIT */
/* pool.c -- all memory is full of blocks, and somebody wants some: clean blocks give way, one by
 * one, and dirty ones never. */
#include "volume.h"

#include "exo/libos/yield.h"

#define EATEN_AT 0x550000000000ul
#define CACHED   900u /* blocks of the volume that are read */
#define DIRTY    60u  /* that are written */
#define FIRST    60u  /* of those that are read */

/* Maps pages until there is no memory: how many. */
static uint64_t eat(struct check *c) {
    uint64_t pages = 0;
    long error;
    while (!(error = frames_map(0, 0, 0, EATEN_AT + pages * PAGE, 1, DATA)))
        pages++;
    if (error != -E_NO_MEMORY)
        check_fail(c, "%lu pages, then: %s", pages, error_sentence((int)error));
    return pages;
}

static void give_back(uint64_t pages) {
    const struct exo_pages gone = {EATEN_AT, 0, pages};
    for (uint64_t done = 0; done < pages;) {
        long some = exo_page_update(0, 0, 0, &gone, 1, done);
        if (some <= 0)
            break;
        done += (uint64_t)some;
    }
}

static uint64_t in_core(void) {
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    uint64_t count = 0;
    for (uint32_t i = 1; i <= exposed_xn()->entries; i++)
        count += entry[i].frame && entry[i].volume == 0 && !(entry[i].flags & XN_PINNED);
    return count;
}

static bool is_clear(uint64_t page) {
    for (uint64_t i = 0; i < PAGE / 8; i += 64)
        if (((volatile uint64_t *)(EATEN_AT + page * PAGE))[i])
            return false;
    return true;
}

CHECK(xn_pool_clean, "xn/memory_full_of_clean_blocks_gives_way_to_whoever_wants_some") {
    if (!volume_begin(c))
        return;
    CHECK_THAT(c, store_sync(&xn_store.store, false) == 0);
    uint64_t before = eat(c);
    give_back(before);
    CHECK_THAT(c, xn_read_in(&xn_store, FIRST, CACHED) == 0);
    uint64_t cached = in_core();
    CHECK_THAT(c, cached >= CACHED);
    uint64_t pages = eat(c);
    /* As many as without a cache, but for its root, which is mapped. */
    CHECK_THAT(c, pages + 8 >= before && in_core() <= 8);
    for (uint64_t i = pages - CACHED + 8; i < pages; i++) /* these were blocks */
        CHECK_THAT(c, is_clear(i));
    /* Memory is full: a block that is wanted takes the place of another one. */
    give_back(2);
    for (uint32_t i = 0; i < CACHED; i++)
        CHECK_THAT(c, xn_read_in(&xn_store, FIRST + i, 1) == 0);
    CHECK_THAT(c, in_core() <= 8);
    give_back(pages);
    volume_end();
}

/* A block below the root's pointer i that was written and is mapped nowhere. */
static uint32_t dirty_block(struct check *c, unsigned i) {
    const struct exo_pages gone = {HERE, 0, 1};
    uint32_t block = store_find_free(&xn_store.store, 200, 1);
    long error = alloc(i, extent(block, 1, XN_BYTES));
    if (!error)
        error = exo_xn_block(EXO_XN_HOW(EXO_XN_INSERT, 0, 0), EXO_XN_AT(root.at.block, i / 8),
                             block, free_frame(), HERE);
    if (error) {
        check_fail(c, "no block of data: %s", error_sentence((int)error));
        return 0;
    }
    *(volatile uint64_t *)HERE = 1000 + i;
    exo_page_update(0, 0, 0, &gone, 1, 0);
    xn_store_adopt(&xn_store);
    return block;
}

CHECK(xn_pool_dirty, "xn/memory_full_of_dirty_blocks_is_refused_and_none_of_them_is_lost") {
    uint32_t block[DIRTY] = {0};
    uint64_t word = 0;
    if (!volume_begin(c))
        return;
    uint64_t before = eat(c);
    give_back(before);
    for (unsigned i = 0; i < DIRTY && !c->failed; i++)
        block[i] = dirty_block(c, i);
    uint64_t pages = eat(c);
    CHECK_THAT(c, pages <= before - DIRTY + 1);
    for (unsigned i = 0; i < DIRTY && !c->failed; i++) {
        const volatile struct xn_entry *e = entry_of(block[i]);
        const struct exo_pages p = {(EATEN_AT + pages * PAGE) | EXO_FRESH,
                                    (uint64_t)e->frame << 12 | EXO_PRESENT | DATA, 1};
        CHECK_THAT(c, e->frame && xn_entry_dirty(e));
        CHECK_THAT(c, exo_page_update(0, 0, 0, &p, 1, 0) == -E_EXISTS);
    }
    /* Once they are on the disk they give way, too. */
    CHECK_THAT(c, store_sync(&xn_store.store, false) == 0);
    CHECK_THAT(c, frames_map(0, 0, 0, EATEN_AT + pages * PAGE, DIRTY, DATA) == 0);
    for (unsigned i = 0; i < DIRTY && !c->failed; i++)
        CHECK_THAT(c, !entry_of(block[i]) || !entry_of(block[i])->frame);
    give_back(pages + DIRTY);
    for (unsigned i = 0; i < DIRTY && !c->failed; i++)
        CHECK_THAT(c, disk_word(block[i], &word) == 0 && word == 1000 + i);
    volume_end();
}
