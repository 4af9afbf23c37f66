/* SPDX-License-Identifier: MIT */
/* left.c -- what one that has ended leaves in the registry; and what a crash leaves on the
 * disk. */
#include "../program/attacks.h"
#include "volume.h"

#include "exo/libos/spawn.h"
#include "exo/libos/yield.h"

static uint64_t writer(struct check *c, uint32_t block) {
    const uint64_t words[3] = {root.at.block, block, 1};
    uint64_t said = 1;
    long id = spawn(0, "attacker", (uint64_t)exo_env_self() << 32 | ATTACK_XN, 0, 0);
    if (id > 0)
        exo_env_write(0, (uint64_t)id, offsetof(struct exo_uarea, own), words, sizeof words);
    if (id <= 0 || exo_env_yield((uint64_t)id))
        check_fail(c, "no writer: %ld", id);
    exo_env_read(0, (uint64_t)id, offsetof(struct exo_uarea, own) + 16, &said, sizeof said);
    if (said)
        check_fail(c, "the writer was refused: %s", error_sentence((int)said));
    return (uint64_t)id;
}

CHECK(xn_death_writer, "xn/what_a_killed_one_wrote_is_flushed_by_another_and_its_lock_is_gone") {
    uint64_t word = 0;
    if (!volume_begin(c))
        return;
    uint32_t block = data_block(c, 0, 43), free = store_find_free(&xn_store.store, 300, 1);
    CHECK_THAT(c, write_out(0) == 0 && write_out(block) == 0);
    CHECK_THAT(c, !xn_entry_dirty(entry_of(block)));
    uint64_t id = writer(c, block);
    CHECK_THAT(c, xn_entry_dirty(entry_of(block)));
    CHECK_THAT(c, alloc(1, extent(free, 1, XN_BYTES)) == -E_BUSY);
    CHECK_THAT(c, write_out(root.at.block) == 0); /* a lock delays no write-back */
    exo_env_destroy(0, id);
    while (frames_await())
        continue;
    CHECK_THAT(c, exposed_frame(entry_of(block)->frame)->references == 1);
    CHECK_THAT(c, xn_entry_dirty(entry_of(block)));
    CHECK_THAT(c, alloc(1, extent(free, 1, XN_BYTES)) == 0);
    CHECK_THAT(c, write_out(block) == 0 && !xn_entry_dirty(entry_of(block)));
    CHECK_THAT(c, disk_word(block, &word) == 0 && word == VECTORS_OF_ATTACKER);
    volume_end();
}

CHECK(xn_death_boot, "xn/what_was_synced_is_there_after_a_crash_and_what_was_not_owns_nothing") {
    if (!volume_begin(c))
        return;
    struct store *s = &xn_store.store;
    unsigned char *bytes;
    uint32_t kept = data_block(c, 0, 47);
    CHECK_THAT(c, store_sync(s, false) == 0);
    uint32_t lost = data_block(c, 1, 53);
    if (!volume_again(c))
        return;
    struct store_child child = {root.at.block, 0, extent(kept, 1, XN_BYTES)};
    CHECK_THAT(c, store_get(s, &root, 0, STORE_READ, &bytes) == 0);
    CHECK_THAT(c, ((struct xn_extent *)bytes)[0].block == kept);
    CHECK_THAT(c, ((struct xn_extent *)bytes)[1].block == 0);
    store_put(s, root.at.block);
    CHECK_THAT(c, store_get(s, &child, 0, STORE_READ, &bytes) == 0 && *(uint64_t *)bytes == 47);
    store_put(s, kept);
    CHECK_THAT(c, store_is_free(s, lost) && !store_is_free(s, kept));
    CHECK_THAT(c, xn_store_close(&xn_store) == 0);
    CHECK_THAT(c, exposed_xn()->volume[0].state == XN_ABSENT);
    if (!volume_again(c))
        return;
    CHECK_THAT(c, store_is_free(s, lost) && !store_is_free(s, kept));
    volume_end();
}

/* Of the machine's disk this block cannot be read, and that one not be written. */
#define NO_READ  990
#define NO_WRITE 991

CHECK(xn_left_failed,
      "xn/what_cannot_be_read_is_not_there_and_what_cannot_be_written_stays_dirty") {
    if (!volume_begin(c))
        return;
    uint64_t before = frames_free(), frame = free_frame();
    struct exo_xn_block_frame b = {NO_READ, (uint32_t)frame};
    CHECK_THAT(c, exo_xn_transfer(EXO_XN_HOW(EXO_DISK_READ, 0, 0), &b, 1) == 1);
    xn_wait(&xn_store);
    if (entry_of(NO_READ)) {
        check_skip(c, "the disk does not fail");
        return;
    }
    CHECK_THAT(c, frames_free() == before && !exposed_frame(frame)->references);
    CHECK_THAT(c, alloc(0, extent(NO_WRITE, 1, XN_BYTES)) == 0);
    CHECK_THAT(c, block_call(EXO_XN_INSERT, NO_WRITE, frame, 0) == 0);
    CHECK_THAT(c, write_out(0) == 0);
    CHECK_THAT(c, write_out(NO_WRITE) == -E_DAMAGED);
    CHECK_THAT(c, xn_entry_dirty(entry_of(NO_WRITE)) && entry_of(NO_WRITE)->frame == frame);
    CHECK_THAT(c, block_call(EXO_XN_EVICT, NO_WRITE, 0, 0) == -E_BUSY);
    volume_end();
}

/* The frame is the registry's from the request on, whoever dies. */
CHECK(xn_left_reader, "xn/a_read_whose_asker_dies_ends_in_the_registry_or_nowhere") {
    if (!volume_begin(c))
        return;
    exo_disk_latency(0, 3000000); /* for the dead to be buried */
    uint64_t before = frames_free();
    long id = spawn(0, "attacker", (uint64_t)exo_env_self() << 32 | ATTACK_XN, 0, 0);
    const uint64_t words[3] = {0, 700, 1};
    uint64_t frame = 0;
    exo_env_write(0, (uint64_t)id, offsetof(struct exo_uarea, own), words, sizeof words);
    CHECK_THAT(c, id > 0 && exo_env_yield((uint64_t)id) == 0);
    exo_env_read(0, (uint64_t)id, offsetof(struct exo_uarea, own) + 16, &frame, sizeof frame);
    CHECK_THAT(c, frame > 1 && exposed_frame(frame)->references);
    exo_env_destroy(0, (uint64_t)id);
    while (frames_await())
        continue;
    CHECK_THAT(c, !exposed_disk(0)->in_flight || exposed_frame(frame)->pins == 1);
    exo_disk_latency(0, 0);
    xn_wait(&xn_store);
    CHECK_THAT(c,
               entry_of(700) ? entry_of(700)->frame == frame : !exposed_frame(frame)->references);
    CHECK_THAT(c, entry_of(700) || frames_free() == before);
    volume_end();
}
