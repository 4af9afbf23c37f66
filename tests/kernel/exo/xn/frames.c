/* SPDX-License-Identifier: MIT */
/* frames.c -- attacks on page frames that hold blocks. */
#include "volume.h"

#include "exo/libos/uarea.h"
#include "lib/string.h"

static long map(uint64_t at, uint64_t frame, uint64_t bits, unsigned holder) {
    const struct exo_pages p = {at, frame << 12 | EXO_PRESENT | bits, 1};
    return exo_page_update(0, 0, holder, &p, 1, 0);
}

static void unmap(uint64_t at) {
    const struct exo_pages p = {at, 0, 1};
    exo_page_update(0, 0, 0, &p, 1, 0);
}

CHECK(xn_frame_foreign, "xn/a_frame_that_holds_a_block_is_nobodys_to_map_to_pin_or_to_change") {
    const struct cap mine = {.rights = CAP_ALL, .valid = 1};
    if (!volume_begin(c))
        return;
    uint32_t block = data_block(c, 0, 7), frame = c->failed ? 0 : entry_of(block)->frame;
    CHECK_THAT(c, frame && exposed_frame(frame)->references == 1);
    CHECK_THAT(c, map(HERE, frame, EXO_NO_EXEC, 0) == -E_BLOCK);
    CHECK_THAT(c, map(HERE, frame, DATA, 0) == -E_BLOCK);
    CHECK_THAT(c, map(HERE | EXO_FRESH, frame, DATA, 0) == -E_EXISTS); /* it is dirty */
    CHECK_THAT(c, exo_acl_set(0, frame, 1, &mine, 1, 0) == -E_PERM);
    CHECK_THAT(c, exo_frame_pin(0, frame) == -E_PERM);
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_READ, 0, 0, 0), 2000, 1, frame, 0) ==
                      -E_PERM);
    CHECK_THAT(c, exo_disk_request(EXO_DISK_HOW(EXO_DISK_WRITE, 0, 0, 0), 2000, 1, frame, 0) ==
                      -E_PERM);
    CHECK_THAT(c, block_call(EXO_XN_INSERT, block + 1, frame, 0) < 0);
    /* A mapping for reading that XN permitted does not become writable, nor is copied. */
    CHECK_THAT(c, block_call(EXO_XN_MAP, block, HERE, EXO_NO_EXEC) == 0);
    CHECK_THAT(c, *(volatile uint64_t *)HERE == 7);
    const struct exo_protect open = {HERE, 1, 0, EXO_WRITE};
    CHECK_THAT(c, exo_page_protect(0, 0, 0, &open, 1, 0) == -E_PERM);
    CHECK_THAT(c, map(HERE | EXO_FRESH | EXO_COPIED, free_frame(), DATA, 0) == -E_PERM);
    CHECK_THAT(c, map(HERE + PAGE, frame, EXO_NO_EXEC, 0) == -E_BLOCK);
    unmap(HERE);
    volume_end();
}

CHECK(xn_frame_take,
      "xn/data_come_to_the_registry_by_who_may_write_them_and_nobody_else_can_then") {
    const struct cap reader = {.rights = CAP_READ, .valid = 1};
    if (!volume_begin(c))
        return;
    uint32_t block = store_find_free(&xn_store.store, 200, 1);
    CHECK_THAT(c, alloc(0, extent(block, 1, XN_BYTES)) == 0);
    CHECK_THAT(c, frames_map(0, 0, 0, HERE, 1, DATA) == 0);
    uint64_t frame = (exposed_entry(HERE) & EXO_FRAME_OF) >> 12;
    *(volatile uint64_t *)HERE = 11;
    exo_cap_forge(0, 5, reader);
    const struct exo_protect closed = {HERE, 1, EXO_WRITE, 0};
    /* A writable mapping is left; one in another page; a pin, as of a device; no right. */
    CHECK_THAT(c, block_call(EXO_XN_INSERT, block, frame, 0) == -E_SHARE);
    CHECK_THAT(c, map(HERE + PAGE, frame, DATA, 0) == 1);
    CHECK_THAT(c, exo_page_protect(0, 0, 0, &closed, 1, 0) == 1);
    CHECK_THAT(c, block_call(EXO_XN_INSERT, block, frame, 0) == -E_SHARE);
    unmap(HERE + PAGE);
    CHECK_THAT(c, exo_frame_pin(0, frame) == 0);
    CHECK_THAT(c, block_call(EXO_XN_INSERT, block, frame, 0) == -E_SHARE);
    CHECK_THAT(c, exo_frame_unpin(0, 0, frame) == 0);
    CHECK_THAT(c, block_call(EXO_XN_INSERT, block, frame | 5ul << 32, 0) == -E_PERM);
    CHECK_THAT(c, block_call(EXO_XN_INSERT, block, frame, 0) == 0);
    CHECK_THAT(c, exposed_frame(frame)->references == 2 && !exposed_frame(frame)->acl.rights);
    CHECK_THAT(c, *(volatile uint64_t *)HERE == 11);
    const struct exo_protect open = {HERE, 1, 0, EXO_WRITE};
    CHECK_THAT(c, exo_page_protect(0, 0, 0, &open, 1, 0) == -E_PERM);
    unmap(HERE);
    CHECK_THAT(c, entry_of(block)->frame == frame && exposed_frame(frame)->references == 1);
    volume_end();
}

/* Who still maps what becomes metadata would see them unasked: they come in free frames alone. */
CHECK(xn_frame_metadata, "xn/metadata_come_to_the_registry_in_no_frame_that_anybody_has") {
    if (!volume_begin(c))
        return;
    uint32_t block = store_find_free(&xn_store.store, 200, 1);
    const uint64_t how = EXO_XN_HOW(EXO_XN_INSERT, 0, 0), at = EXO_XN_AT(block, 0);
    CHECK_THAT(c, exo_xn_volume(EXO_XN_HOW(EXO_XN_NEW, 0, 0), block, NODE, 0) == 0);
    CHECK_THAT(c, frames_map(0, 0, 0, HERE, 1, EXO_NO_EXEC) == 0);
    const uint64_t frame = (exposed_entry(HERE) & EXO_FRAME_OF) >> 12;
    CHECK_THAT(c, exo_xn_block(how, at, block, frame, 0) == -E_INVALID);
    CHECK_THAT(c, !entry_of(block)->frame && exposed_frame(frame)->references == 1);
    unmap(HERE);
    CHECK_THAT(c, exo_xn_block(how, at, block, free_frame(), 0) == 0 && entry_of(block)->frame);
    volume_end();
}

/* Two libraries are two caches of mappings over one registry: here two mappings of this one. */
CHECK(xn_frame_share, "xn/a_block_that_is_cached_is_one_frame_for_all_who_may_see_it") {
    if (!volume_begin(c))
        return;
    uint32_t block = data_block(c, 0, 13);
    uint64_t requests = exposed_disk(0)->requests[EXO_DISK_READ];
    CHECK_THAT(c, block_call(EXO_XN_MAP, block, HERE, DATA) == 0);
    CHECK_THAT(c, block_call(EXO_XN_MAP, block, HERE + PAGE, EXO_NO_EXEC) == 0);
    *(volatile uint64_t *)HERE = 17;
    CHECK_THAT(c, *(volatile uint64_t *)(HERE + PAGE) == 17);
    CHECK_THAT(c, exposed_entry(HERE) >> 12 << 12 != 0 &&
                      ((exposed_entry(HERE) ^ exposed_entry(HERE + PAGE)) & EXO_FRAME_OF) == 0);
    CHECK_THAT(c, exposed_disk(0)->requests[EXO_DISK_READ] == requests);
    CHECK_THAT(c, exposed_frame(entry_of(block)->frame)->references == 3);
    CHECK_THAT(c, block_call(EXO_XN_EVICT, block, 0, 0) == -E_BUSY);
    unmap(HERE);
    unmap(HERE + PAGE);
    volume_end();
}

CHECK(xn_frame_pool, "xn/clean_blocks_that_nobody_maps_are_free_memory_and_dirty_ones_never") {
    if (!volume_begin(c))
        return;
    uint32_t block = data_block(c, 0, 19), frame = c->failed ? 0 : entry_of(block)->frame;
    CHECK_THAT(c, map(HERE | EXO_FRESH, frame, DATA, 0) == -E_EXISTS);
    CHECK_THAT(c, write_out(0) == 0); /* the superblock first */
    CHECK_THAT(c, write_out(block) == 0);
    CHECK_THAT(c, block_call(EXO_XN_MAP, block, HERE + PAGE, EXO_NO_EXEC) == 0);
    CHECK_THAT(c, map(HERE | EXO_FRESH, frame, DATA, 0) == -E_EXISTS);
    unmap(HERE + PAGE);
    CHECK_THAT(c, map(HERE | EXO_FRESH, frame, DATA, 0) == 1);
    CHECK_THAT(c, *(volatile uint64_t *)HERE == 0); /* what another left is cleared */
    CHECK_THAT(c, !entry_of(block) || !entry_of(block)->frame);
    CHECK_THAT(c, exposed_frame(frame)->references == 1 && exposed_frame(frame)->acl.rights);
    unmap(HERE);
    CHECK_THAT(c, !exposed_frame(frame)->references);
    uint64_t word = 0;
    CHECK_THAT(c, disk_word(block, &word) == 0 && word == 19);
    volume_end();
}

CHECK(xn_frame_second, "xn/what_is_written_during_and_after_a_write_back_returns") {
    if (!volume_begin(c))
        return;
    uint32_t block = data_block(c, 0, 23), frame = c->failed ? 0 : entry_of(block)->frame;
    uint64_t word = 0;
    struct exo_xn_block_frame b = {block, 0};
    CHECK_THAT(c, write_out(0) == 0);
    CHECK_THAT(c, block_call(EXO_XN_MAP, block, HERE, DATA) == 0);
    CHECK_THAT(c, exo_xn_transfer(EXO_XN_HOW(EXO_DISK_WRITE, 0, 0), &b, 1) == 1);
    xn_wait(&xn_store);
    *(volatile uint64_t *)HERE = 29; /* by the same mapping */
    unmap(HERE);
    CHECK_THAT(c, xn_entry_dirty(entry_of(block)));
    CHECK_THAT(c, block_call(EXO_XN_EVICT, block, 0, 0) == -E_BUSY);
    CHECK_THAT(c, map(HERE | EXO_FRESH, frame, DATA, 0) == -E_EXISTS);
    CHECK_THAT(c, exo_xn_transfer(EXO_XN_HOW(EXO_DISK_WRITE, 0, 0), &b, 1) == 1);
    xn_wait(&xn_store);
    CHECK_THAT(c, !xn_entry_dirty(entry_of(block)));
    CHECK_THAT(c, map(HERE | EXO_FRESH, frame, DATA, 0) == 1);
    CHECK_THAT(c, disk_word(block, &word) == 0 && word == 29);
    unmap(HERE);
    volume_end();
}
