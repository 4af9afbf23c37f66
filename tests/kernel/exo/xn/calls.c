/* SPDX-License-Identifier: MIT */
/* calls.c -- XN's calls: each accepted and refused. */
#include "volume.h"

#include "lib/string.h"

static uint64_t word_of(struct xn_extent child) {
    uint64_t word;
    memcpy(&word, &child, sizeof word);
    return word;
}

static long change(unsigned operation, unsigned partition, struct xn_extent child,
                   struct xn_changes changes) {
    return exo_xn_change(EXO_XN_HOW(operation, 0, 0), EXO_XN_AT(root.at.block, partition),
                         word_of(child), &changes, 0, NULL);
}

CHECK(xn_calls_change, "xn/what_a_partition_owns_changes_by_what_is_named_and_nothing_else") {
    if (!volume_begin(c))
        return;
    uint32_t at = store_find_free(&xn_store.store, 300, 8);
    struct xn_extent one = extent(at, 1, XN_BYTES), other = extent(at + 1, 1, XN_BYTES),
                     three = extent(at + 2, 3, XN_BYTES), nothing = {0};
    struct xn_extent both[2] = {one, other};
    CHECK_THAT(c, change(XN_ALLOC, 0, one, changed(0, both, sizeof both)) == -E_OWNS);
    CHECK_THAT(c, change(XN_ALLOC, 0, three, pointer(0, one)) == -E_OWNS);
    CHECK_THAT(c, change(XN_ALLOC, 0, one, pointer(0, extent(at, 1, NODE))) < 0);
    CHECK_THAT(c, change(XN_ALLOC, 1, one, pointer(0, one)) < 0);
    CHECK_THAT(c, change(XN_ALLOC, 9, one, pointer(0, one)) == -E_INVALID);
    CHECK_THAT(c, change(XN_WRITE, 0, nothing, pointer(0, one)) == -E_OWNS);
    CHECK_THAT(c, alloc(0, one) == 0 && !store_is_free(&xn_store.store, at));
    CHECK_THAT(c, alloc(1, one) == -E_EXISTS);
    CHECK_THAT(c, alloc(9, three) == 0);
    CHECK_THAT(c, give_up(0, other) == -E_OWNS);
    CHECK_THAT(c, change(XN_WRITE, 0, nothing, changed(448, "bytes", 5)) == 0);
    CHECK_THAT(c, give_up(0, one) == 0);
    CHECK_THAT(c, alloc(0, one) == 0);
    struct xn_changes leaves = pointer(9, nothing), arrives = pointer(17, three);
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_MOVE_OUT, 0, 0), EXO_XN_AT(root.at.block, 1),
                                word_of(three), &leaves, EXO_XN_AT(root.at.block, 2),
                                &arrives) < 0); /* the two windows are not written at once */
    struct xn_changes a = pointer(0, three), b = pointer(9, one);
    struct xn_extent swapped[2] = {one, three};
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_SWAP, 0, 0), EXO_XN_AT(root.at.block, 0),
                                (uint64_t)swapped, &a, EXO_XN_AT(root.at.block, 1), &b) < 0);
    volume_end();
}

CHECK(xn_calls_words, "xn/arguments_that_are_wrong_are_refused_and_change_nothing") {
    static struct xn_changes odd;
    if (!volume_begin(c))
        return;
    uint32_t at = store_find_free(&xn_store.store, 300, 1);
    uint64_t one = word_of(extent(at, 1, XN_BYTES)), root_at = EXO_XN_AT(root.at.block, 0);
    struct xn_changes good = pointer(0, extent(at, 1, XN_BYTES));
    uint32_t version = entry_of(root.at.block)->version;
    CHECK_THAT(c,
               exo_xn_change(EXO_XN_HOW(XN_ALLOC, 0, 0), root_at, one, NULL, 0, NULL) == -E_FAULT);
    CHECK_THAT(
        c, exo_xn_change(EXO_XN_HOW(XN_ALLOC, 0, 0), root_at, one, (void *)EXO_INFO, 0, NULL) < 0);
    CHECK_THAT(c,
               exo_xn_change(EXO_XN_HOW(XN_ALLOC, 0, 16), root_at, one, &good, 0, NULL) == -E_PERM);
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_ALLOC, 7, 0), root_at, one, &good, 0, NULL) ==
                      -E_NOT_FOUND);
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_ALLOC, 200, 0), root_at, one, &good, 0, NULL) ==
                      -E_NOT_FOUND);
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(99, 0, 0), root_at, one, &good, 0, NULL) == -E_NO_CALL);
    odd.count = 17;
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_ALLOC, 0, 0), root_at, one, &odd, 0, NULL) ==
                      -E_INVALID);
    odd.count = 2;
    odd.change[0].bytes = odd.change[1].bytes = 300;
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_ALLOC, 0, 0), root_at, one, &odd, 0, NULL) ==
                      -E_INVALID);
    CHECK_THAT(c, exo_xn_block(EXO_XN_HOW(77, 0, 0), root_at, at, 0, 0) == -E_NO_CALL);
    CHECK_THAT(c, block_call(EXO_XN_MAP, root.at.block, HERE, DATA) == -E_PERM);
    CHECK_THAT(c, block_call(EXO_XN_MAP, root.at.block, HERE, EXO_WRITE) == -E_INVALID);
    CHECK_THAT(c, block_call(EXO_XN_MAP, root.at.block, EXO_TOP, EXO_NO_EXEC) == -E_INVALID);
    CHECK_THAT(c, block_call(EXO_XN_MAP, root.at.block, HERE + 8, EXO_NO_EXEC) == -E_INVALID);
    CHECK_THAT(c, block_call(EXO_XN_MAP, root.at.block, (uint64_t)&odd & -PAGE, EXO_NO_EXEC) ==
                      -E_EXISTS);
    CHECK_THAT(c, block_call(EXO_XN_MAP, 900, HERE, EXO_NO_EXEC) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_xn_transfer(EXO_XN_HOW(EXO_DISK_READ, 0, 0), NULL, 1) == -E_FAULT);
    CHECK_THAT(c, exo_xn_transfer(EXO_XN_HOW(EXO_DISK_DISCARD, 0, 0), NULL, 1) == -E_NO_CALL);
    CHECK_THAT(c, exo_xn_transfer(EXO_XN_HOW(EXO_DISK_READ, 9, 0), NULL, 1) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_xn_volume(EXO_XN_HOW(99, 0, 0), 0, 0, 0) == -E_NO_CALL);
    CHECK_THAT(c, exo_xn_volume(EXO_XN_HOW(EXO_XN_ROOT_FIND, 0, 0), 0, 0, 0) == -E_FAULT);
    CHECK_THAT(c, exo_xn_volume(EXO_XN_HOW(EXO_XN_IMPORT, 0, 0), 0, 1 << 20, 0) == -E_TOO_LONG);
    CHECK_THAT(c, exo_xn_volume(EXO_XN_HOW(EXO_XN_TYPE_ADD, 0, 0), 300, 1, 0) == -E_INVALID);
    CHECK_THAT(c, entry_of(root.at.block)->version == version && !exposed_entry(HERE));
    volume_end();
}

CHECK(xn_calls_foreign, "xn/another_credential_neither_maps_nor_changes_nor_mounts") {
    const struct cap foreign = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {5}};
    if (!volume_begin(c))
        return;
    uint32_t block = data_block(c, 0, 3), free = store_find_free(&xn_store.store, 300, 1);
    uint64_t at = EXO_XN_AT(root.at.block, 0);
    struct xn_changes more = pointer(1, extent(free, 1, XN_BYTES));
    exo_cap_forge(0, 5, foreign);
    CHECK_THAT(c,
               exo_xn_block(EXO_XN_HOW(EXO_XN_MAP, 0, 5), at, block, HERE, EXO_NO_EXEC) == -E_PERM);
    CHECK_THAT(c, exo_xn_block(EXO_XN_HOW(EXO_XN_MAP, 0, 5), at, block, HERE, DATA) == -E_PERM);
    CHECK_THAT(c, exo_xn_block(EXO_XN_HOW(EXO_XN_MAP, 0, 5), 0, root.at.block, HERE, EXO_NO_EXEC) ==
                      -E_PERM);
    CHECK_THAT(c, exo_xn_block(EXO_XN_HOW(EXO_XN_USER, 0, 5), at, block, 1, 0) == -E_PERM);
    CHECK_THAT(c, exo_xn_block(EXO_XN_HOW(EXO_XN_LOCK, 0, 5), at, block, 0, 0) == -E_PERM);
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_ALLOC, 0, 5), at, word_of(extent(free, 1, XN_BYTES)),
                                &more, 0, NULL) == -E_PERM);
    CHECK_THAT(c, exo_xn_change(EXO_XN_HOW(XN_WRITE, 0, 5), at, 0, &more, 0, NULL) < 0);
    /* Who opens all of the disk mounts it, and nobody else. */
    CHECK_THAT(c, exo_xn_volume(EXO_XN_HOW(EXO_XN_MOUNT, 0, 5), 0, 0, 0) == -E_PERM);
    CHECK_THAT(c, exo_xn_volume(EXO_XN_HOW(EXO_XN_UNMOUNT, 0, 5), 0, 0, 0) == -E_PERM);
    CHECK_THAT(c, exo_xn_volume(EXO_XN_HOW(EXO_XN_ABANDON, 0, 5), 0, 0, 0) == -E_PERM);
    CHECK_THAT(c, entry_of(block) && block_call(EXO_XN_USER, block, 7, 0) == 0);
    CHECK_THAT(c, entry_of(block)->user[0] == 7);
    volume_end();
}

/* Anybody reads; nobody sees. */
CHECK(xn_calls_read, "xn/what_was_read_is_seen_when_its_parent_vouches_for_it") {
    if (!volume_begin(c))
        return;
    uint32_t block = data_block(c, 0, 41), stale = store_find_free(&xn_store.store, 300, 1);
    CHECK_THAT(c, store_sync(&xn_store.store, false) == 0);
    if (!volume_again(c))
        return;
    struct exo_xn_block_frame b = {block, (uint32_t)free_frame()};
    CHECK_THAT(c, exo_xn_transfer(EXO_XN_HOW(EXO_DISK_READ, 0, 0), &b, 1) == 1);
    xn_wait(&xn_store);
    const struct exo_xn_block_frame twice = {block, (uint32_t)free_frame()};
    CHECK_THAT(c, exo_xn_transfer(EXO_XN_HOW(EXO_DISK_READ, 0, 0), &twice, 1) == -E_EXISTS);
    CHECK_THAT(c, entry_of(block)->frame == b.frame && entry_of(block)->flags & XN_SPECULATIVE);
    CHECK_THAT(c, block_call(EXO_XN_MAP, block, HERE, EXO_NO_EXEC) == -E_INVALID);
    CHECK_THAT(c, block_call(EXO_XN_EVICT, root.at.block, 0, 0) == 0);
    CHECK_THAT(c, block_call(EXO_XN_VOUCH, 0, word_of(extent(block, 1, XN_BYTES)), 0) < 0);
    CHECK_THAT(c,
               xn_store.store.ops->root(&xn_store.store, "root\0\0\0\0\0\0\0\0\0\0\0", &root) == 0);
    CHECK_THAT(c, block_call(EXO_XN_VOUCH, 0, word_of(extent(block, 1, XN_BYTES)), 0) ==
                      -E_NOT_IN_CORE);
    CHECK_THAT(c, uarea->need_block == root.at.block);
    CHECK_THAT(c, xn_read_in(&xn_store, root.at.block, 1) == 0);
    CHECK_THAT(c,
               block_call(EXO_XN_VOUCH, 0, word_of(extent(stale, 1, XN_BYTES)), 0) == -E_INVALID);
    CHECK_THAT(c, block_call(EXO_XN_VOUCH, 0, word_of(extent(block, 1, XN_BYTES)), 0) == 0);
    CHECK_THAT(c, block_call(EXO_XN_MAP, block, HERE, EXO_NO_EXEC) == 0);
    CHECK_THAT(c, *(volatile uint64_t *)HERE == 41);
    /* One that was allocated and never written holds what another left on the disk. */
    CHECK_THAT(c, alloc(1, extent(stale, 1, XN_BYTES)) == 0);
    b = (struct exo_xn_block_frame){stale, (uint32_t)free_frame()};
    CHECK_THAT(c, exo_xn_transfer(EXO_XN_HOW(EXO_DISK_READ, 0, 0), &b, 1) == -E_INVALID);
    CHECK_THAT(c, exposed_frame(b.frame)->references == 0);
    volume_end();
}

CHECK(xn_calls_types, "xn/a_type_that_a_mount_could_not_import_stays_out_of_the_catalogue") {
    static const struct xn_body late = {.magic = XN_BODY_MAGIC,
                                        .bytes = sizeof late,
                                        .name = "late",
                                        .number = 30,
                                        .class = XN_BASE,
                                        .size = 64,
                                        .key = XN_NO_KEY};
    static const struct {
        struct xn_body head;
        struct xn_member part;
    } early = {.head = {.magic = XN_BODY_MAGIC,
                        .bytes = sizeof early,
                        .name = "early",
                        .number = 20,
                        .class = XN_STRUCT,
                        .members = 1,
                        .size = XN_BLOCK_BYTES,
                        .key = XN_NO_KEY},
               .part = {.type = 30}};
    if (!volume_begin(c))
        return;
    struct store *s = &xn_store.store;
    CHECK_THAT(c, s->ops->type(s, &late, sizeof late) == 30);
    CHECK_THAT(c, s->ops->type(s, &early, sizeof early) == -E_INVALID);
    CHECK_THAT(c, store_sync(s, false) == 0);
    CHECK_THAT(c, volume_again(c));
    volume_end();
}
