/* SPDX-License-Identifier: MIT */
/* sharing.c -- a block in core belongs to no library: what one writes another reads, in another
 * environment, without a copy, a request or a call; and what one leaves that is killed another one
 * writes to the disk, who knows nothing but the registry. */
#include "../blocks/blocks.h"
#include "../program/attacks.h"
#include "volume.h"

#include "exo/libos/cffs/cffs.h"
#include "exo/libos/cffs/cffs_declared.h"
#include "exo/libos/disk/xn_sync.h"
#include "exo/libos/spawn.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"

static uint64_t word_said(uint64_t id, unsigned word) {
    uint64_t said = 0;
    exo_env_read(0, id, offsetof(struct exo_uarea, own) + word * 8, &said, sizeof said);
    return said;
}

static uint64_t begin_beside(struct check *c, enum blocks_case which, struct store_child at) {
    const uint64_t told[] = {at.at.block, at.parent, at.partition, 1};
    long id = spawn_sized(0, "blocks", (uint64_t)exo_env_self() << 32 | which, 0, 0, 200);
    if (id <= 0)
        check_fail(c, "no other environment: %ld", id);
    exo_env_write(0, (uint64_t)id, offsetof(struct exo_uarea, own), told, sizeof told);
    return (uint64_t)id;
}

/* It does its next step. */
static void step(struct check *c, uint64_t id) {
    exo_env_yield(id);
    long error = (long)word_said(id, BLOCKS_ERROR);
    if (error && !c->failed)
        check_fail(c, "the other environment: %s", error_sentence((int)error));
}

static void end(uint64_t id) {
    exo_env_destroy(0, id);
    while (frames_await())
        continue;
}

CHECK(xn_shared_libraries,
      "xn/two_libraries_in_two_environments_share_a_cached_block_without_a_copy_or_a_call") {
    static const char name[16] = "cffs";
    static struct cffs fs;
    static uint64_t bytes[512];
    struct store *s = &xn_store.store;
    struct store_child at = {0};
    struct cffs_id id;
    if (!volume_empty(c, XN_TEMPLATE))
        return;
    CHECK_THAT(c, cffs_declare(s, cffs_functions, NULL) == 0);
    CHECK_THAT(c, cffs_format(s, name, 1, false) == 0 && cffs_mount(&fs, s, name, false) == 0);
    CHECK_THAT(c,
               cffs_create(&fs, cffs_root(&fs), (struct cffs_name){"shared", 6}, 0600, &id) == 0);
    bytes[0] = 61;
    CHECK_THAT(c, cffs_write(&fs, id, 0, bytes, sizeof bytes) == sizeof bytes);
    CHECK_THAT(c, cffs_block(&fs, id, 0, &at) == 0 && at.at.count);
    const uint64_t frame = c->failed ? 0 : entry_of(at.at.block)->frame;
    const uint64_t reads = exposed_disk(0)->blocks_read, writes = exposed_disk(0)->blocks_written;
    /* Another library finds it in the registry, and what it has mapped is what this one wrote... */
    uint64_t other = begin_beside(c, BLOCKS_LIBRARY, at);
    step(c, other);
    CHECK_THAT(c, word_said(other, BLOCKS_FOUND) == frame);
    CHECK_THAT(c, word_said(other, BLOCKS_FRAME) == frame && word_said(other, BLOCKS_WORD) == 61);
    /* ...and writes afterwards... */
    bytes[0] = 67;
    CHECK_THAT(c, cffs_write(&fs, id, 0, bytes, sizeof bytes) == sizeof bytes);
    step(c, other);
    CHECK_THAT(c, word_said(other, BLOCKS_FRAME) == frame && word_said(other, BLOCKS_WORD) == 67);
    /* ...and the reverse. */
    step(c, other);
    CHECK_THAT(c, cffs_read(&fs, id, 0, bytes, 8) == 8 && bytes[0] == BLOCKS_WRITES);
    /* The same library in a third environment. */
    uint64_t third = begin_beside(c, BLOCKS_FILES, at);
    step(c, third);
    CHECK_THAT(c, word_said(third, BLOCKS_FRAME) == frame);
    CHECK_THAT(c, word_said(third, BLOCKS_FOUND) == frame);
    CHECK_THAT(c, word_said(third, BLOCKS_WORD) == BLOCKS_WRITES);
    CHECK_THAT(c, exposed_frame(frame)->references == 5); /* registry, 1, 2 and 1 mappings */
    CHECK_THAT(c, exposed_disk(0)->blocks_read == reads);
    CHECK_THAT(c, exposed_disk(0)->blocks_written == writes);
    end(other);
    end(third);
    CHECK_THAT(c, exposed_frame(frame)->references == 2);
    volume_end();
}

/* Two environments want different blocks: each is told its own. */
CHECK(xn_need_own, "xn/which_block_is_needed_is_told_to_who_asked_and_to_nobody_else") {
    if (!volume_begin(c))
        return;
    struct xn_extent data = extent(store_find_free(&xn_store.store, 300, 1), 1, XN_BYTES);
    const struct store_child at = {root.at.block, 0, data};
    CHECK_THAT(c, alloc(0, data) == 0); /* an entry, and nothing in core */
    uint64_t other = begin_beside(c, BLOCKS_NEED, at);
    CHECK_THAT(c, store_sync(&xn_store.store, false) == 0);
    CHECK_THAT(c, block_call(EXO_XN_EVICT, root.at.block, 0, 0) == 0);
    uarea->need_block = uarea->need_volume = 99;
    CHECK_THAT(c, give_up(0, data) == -E_NOT_IN_CORE);
    CHECK_THAT(c, uarea->need_block == root.at.block && uarea->need_volume == 0);
    CHECK_THAT(c, xn_read_in(&xn_store, root.at.block, 1) == 0);
    step(c, other);
    CHECK_THAT(c, word_said(other, BLOCKS_FOUND) == data.block);
    CHECK_THAT(c, uarea->need_block == root.at.block);
    end(other);
    volume_end();
}

static long dirty_blocks(void) {
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    long count = 0;
    for (uint32_t i = 1; i <= exposed_xn()->entries; i++)
        count += entry[i].frame && entry[i].volume == 0 && xn_entry_dirty(&entry[i]);
    return count;
}

CHECK(xn_shared_syncer, "xn/a_syncer_without_a_right_writes_what_a_killed_one_left") {
    uint64_t word = 0;
    unsigned char *bytes;
    if (!volume_begin(c))
        return;
    struct store *s = &xn_store.store;
    uint32_t block = data_block(c, 0, 71);
    const struct store_child at = {root.at.block, 0, extent(block, 1, XN_BYTES)};
    uint64_t writer = begin_beside(c, BLOCKS_LIBRARY, at);
    for (unsigned i = 0; i < 3; i++)
        step(c, writer);
    end(writer);
    CHECK_THAT(c, xn_entry_dirty(entry_of(block)) && xn_entry_dirty(entry_of(root.at.block)));
    CHECK_THAT(c, disk_word(block, &word) != 0 || word != BLOCKS_WRITES);
    long syncer = spawn(0, "syncer", 1, SPAWN_NO_GRANT, 0);
    CHECK_THAT(c, syncer > 0);
    for (unsigned i = 0; i < 1000 && !word_said((uint64_t)syncer, 0) && !c->failed; i++)
        exo_env_yield((uint64_t)syncer);
    CHECK_THAT(c, word_said((uint64_t)syncer, 0) && word_said((uint64_t)syncer, 1) == 0);
    CHECK_THAT(c, dirty_blocks() == 0);
    end((uint64_t)syncer);
    CHECK_THAT(c, disk_word(block, &word) == 0 && word == BLOCKS_WRITES);
    if (!volume_again(c)) /* the machine crashed */
        return;
    CHECK_THAT(c, store_get(s, &at, 0, STORE_READ, &bytes) == 0);
    CHECK_THAT(c, *(uint64_t *)bytes == BLOCKS_WRITES);
    store_put(s, block);
    CHECK_THAT(c, store_get(s, &root, 0, STORE_READ, &bytes) == 0);
    CHECK_THAT(c, ((struct xn_extent *)bytes)[0].block == block);
    store_put(s, root.at.block);
    CHECK_THAT(c, xn_sync(0, 0) == 0);
    CHECK_THAT(c, xn_sync(1, 0) == -E_NOT_FOUND);
    volume_end();
    CHECK_THAT(c, xn_sync(0, 0) == -E_NOT_FOUND);
}

/* Its frame is the device's until the end, and what it says then is the block's. */
CHECK(xn_shared_death, "xn/a_write_back_whose_asker_dies_ends_and_its_frame_stays_until_then") {
    uint64_t word = 0;
    if (!volume_begin(c))
        return;
    uint32_t block = data_block(c, 0, 73);
    uint64_t frame = c->failed ? 0 : entry_of(block)->frame;
    CHECK_THAT(c, write_out(0) == 0);
    exo_disk_latency(0, 3000000);
    uint64_t writer =
        begin_beside(c, BLOCKS_WRITE, (struct store_child){0, 0, extent(block, 1, XN_BYTES)});
    step(c, writer);
    end(writer);
    const bool flies = exposed_disk(0)->in_flight;
    const struct exo_pages p = {HERE | EXO_FRESH, frame << 12 | EXO_PRESENT | DATA, 1};
    CHECK_THAT(c, !flies || exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, !flies || block_call(EXO_XN_EVICT, block, 0, 0) == -E_AGAIN);
    CHECK_THAT(c, !flies || exo_page_update(0, 0, 0, &p, 1, 0) == -E_EXISTS);
    CHECK_THAT(c, !flies || !xn_entry_dirty(entry_of(block)));
    exo_disk_latency(0, 0);
    xn_wait(&xn_store);
    CHECK_THAT(c, exposed_frame(frame)->pins == 0 && !xn_entry_dirty(entry_of(block)));
    CHECK_THAT(c, disk_word(block, &word) == 0 && word == 73);
    CHECK_THAT(c, exo_page_update(0, 0, 0, &p, 1, 0) == 1); /* clean, and free memory */
    volume_end();
}
