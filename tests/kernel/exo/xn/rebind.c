/* SPDX-License-Identifier: MIT */
/* rebind.c -- frames that become other blocks', mappings for another environment, and blocks
 * without a frame. */
#include "volume.h"

#include "exo/libos/spawn.h"
#include "exo/libos/stubs.h"

static uint64_t what(uint32_t from, uint32_t count) {
    return from | (uint64_t)count << 32;
}

static long rebind(unsigned slot, uint32_t to, uint32_t from, uint32_t count) {
    const uint64_t at = EXO_XN_AT(root.at.block, 0);
    return exo_xn_block(EXO_XN_HOW(EXO_XN_REBIND, 0, slot), at, to, what(from, count), at);
}

CHECK(xn_rebind, "xn/frames_become_other_blocks_untouched_by_who_may_read_and_modify") {
    const struct cap foreign = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {5}};
    if (!volume_begin(c))
        return;
    const uint64_t at = EXO_XN_AT(root.at.block, 0);
    const uint32_t one = data_block(c, 0, 71), two = data_block(c, 1, 73);
    const uint32_t to = store_find_free(&xn_store.store, 400, 2);
    if (c->failed)
        return;
    CHECK_THAT(c, two == one + 1 && alloc(2, extent(to, 1, XN_BYTES)) == 0);
    CHECK_THAT(c, alloc(3, extent(to + 1, 1, XN_BYTES)) == 0);
    exo_cap_forge(0, 5, foreign);
    /* Dirty; mapped; by a foreign credential; not of that partition; too many, or none. */
    CHECK_THAT(c, rebind(0, to, one, 2) == -E_BUSY);
    CHECK_THAT(c, store_sync(&xn_store.store, false) == 0);
    CHECK_THAT(c, block_call(EXO_XN_MAP, one, HERE, EXO_NO_EXEC) == 0);
    CHECK_THAT(c, rebind(0, to, one, 2) == -E_BUSY);
    const struct exo_pages gone = {HERE, 0, 1};
    exo_page_update(0, 0, 0, &gone, 1, 0);
    CHECK_THAT(c, rebind(5, to, one, 2) == -E_PERM);
    CHECK_THAT(c, rebind(0, to, one, 3) == -E_INVALID && rebind(0, to, one, 0) == -E_INVALID);
    CHECK_THAT(c, rebind(0, to, one, XN_REBIND_RUN + 1) == -E_INVALID);
    CHECK_THAT(c, exo_xn_block(EXO_XN_HOW(EXO_XN_REBIND, 0, 0), EXO_XN_AT(root.at.block, 1), to,
                               what(one, 2), at) == -E_INVALID);
    CHECK_THAT(c, exo_xn_block(EXO_XN_HOW(EXO_XN_REBIND, 0, 0), at, to, what(one, 2),
                               EXO_XN_AT(root.at.block, 1)) == -E_INVALID);
    CHECK_THAT(c, rebind(0, root.at.block, one, 1) < 0 && rebind(0, to, root.at.block, 1) < 0);
    const uint32_t frame = entry_of(one)->frame, other = entry_of(two)->frame;
    CHECK_THAT(c, rebind(0, to, one, 2) == 2);
    CHECK_THAT(c, entry_of(to)->frame == frame && entry_of(to + 1)->frame == other);
    CHECK_THAT(c, exposed_frame(frame)->references == 1 && !exposed_frame(frame)->acl.rights);
    CHECK_THAT(c, xn_entry_dirty(entry_of(to)) && (!entry_of(one) || !entry_of(one)->frame));
    /* It has one now. */
    CHECK_THAT(c, xn_read_in(&xn_store, one, 1) == 0);
    CHECK_THAT(c, block_call(EXO_XN_VOUCH, 0, what(one, 1) | (uint64_t)XN_BYTES << 48, 0) == 0);
    CHECK_THAT(c, rebind(0, to, one, 1) == -E_EXISTS);
    xn_store_adopt(&xn_store);
    CHECK_THAT(c, store_sync(&xn_store.store, false) == 0);
    uint64_t word = 0;
    CHECK_THAT(c, disk_word(to, &word) == 0 && word == 71);
    CHECK_THAT(c, disk_word(to + 1, &word) == 0 && word == 73);
    CHECK_THAT(c, disk_word(one, &word) == 0 && word == 71);
    volume_end();
}

/* Who made a tree may see it, by whatever capability: so that one is of the environment alone. */
CHECK(xn_map_other, "xn/a_block_is_mapped_for_another_environment_by_who_may_change_it") {
    const struct cap foreign = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {5}};
    static const struct cap own = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {6}};
    const struct exo_pages gone = {HERE, 0, 1};
    if (!volume_begin(c))
        return;
    const uint32_t block = store_find_free(&xn_store.store, 300, 1);
    CHECK_THAT(c, exo_xn_volume(EXO_XN_HOW(EXO_XN_NEW, 0, 0), block, NODE, 0) == 0);
    CHECK_THAT(c, block_call(EXO_XN_INSERT, block, free_frame(), 0) == 0);
    const uint32_t frame = entry_of(block)->frame;
    long id = exo_env_create(0, own, "other", 64, 0);
    CHECK_THAT(c, id > 0 && frame);
    const uint64_t there = (uint64_t)id << 32 | block, dead = there + ((uint64_t)EXO_ENVS << 32);
    exo_cap_forge(0, 5, foreign);
    const uint64_t by_0 = EXO_XN_HOW(EXO_XN_MAP, 0, 0), by_5 = EXO_XN_HOW(EXO_XN_MAP, 0, 5);
    CHECK_THAT(c, exo_xn_block(by_5, 0, block, HERE, EXO_NO_EXEC) == 0);
    exo_page_update(0, 0, 0, &gone, 1, 0);
    CHECK_THAT(c, exo_xn_block(by_5, 0, there, HERE, EXO_NO_EXEC) == -E_PERM);
    CHECK_THAT(c, exo_xn_block(by_0, 0, dead, HERE, EXO_NO_EXEC) == -E_DEAD);
    CHECK_THAT(c, exposed_frame(frame)->references == 1);
    CHECK_THAT(c, exo_xn_block(by_0, 0, there, HERE, EXO_NO_EXEC) == 0);
    CHECK_THAT(c, exposed_frame(frame)->references == 2 && !exposed_entry(HERE));
    CHECK_THAT(c, exo_env_destroy(0, (uint64_t)id) == 0);
    while (frames_await())
        continue;
    CHECK_THAT(c, exposed_frame(frame)->references == 1);
    volume_end();
}

/* As of one that was killed between the two calls of an allocation. */
CHECK(xn_half_made, "xn/a_block_that_was_allocated_and_never_had_a_frame_is_zeros") {
    unsigned char *bytes = NULL;
    if (!volume_begin(c))
        return;
    struct store *s = &xn_store.store;
    const uint32_t at = store_find_free(s, 300, 1);
    CHECK_THAT(c, alloc(0, extent(at, 1, XN_BYTES)) == 0 && !entry_of(at)->frame);
    const struct store_child data = {root.at.block, 0, extent(at, 1, XN_BYTES)};
    CHECK_THAT(c, store_get(s, &data, 0, STORE_READ, &bytes) == 0 && !*bytes);
    store_put(s, at);
    xn_store_adopt(&xn_store);
    CHECK_THAT(c, store_sync(s, false) == 0);
    volume_end();
}
