/* SPDX-License-Identifier: MIT */
/* pxn.c -- proxy nodes: who may reach which blocks by them, and that what is taken from one is
 * taken from all that was made of it, also from requests that wait. */
#include "../blocks/blocks.h"
#include "../program/attacks.h"
#include "disk.h"

#include "exo/libos/spawn.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/string.h"

static const struct cap writer = {.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'p', 1}};
static const struct cap reads = {.rights = CAP_READ, .valid = 1, .length = 2, .name = {'p', 2}};
static const struct cap reader = {.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'p', 2}};
static const struct cap stranger = {.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'p', 3}};

/* One of the disk's blocks from RAW_BEGINS on: HELD may do all with it, OTHER may only read. */
static uint64_t server(struct check *c, uint64_t blocks) {
    const struct cap words[] = {writer, reads};
    long id = exo_pxn_make(0, 0, 0, words, 2);
    exo_cap_forge(0, HELD, writer);
    exo_cap_forge(0, OTHER, reader);
    if (id <= 0 || exo_pxn_change(HELD, (uint64_t)id, EXO_PXN_ADD, RAW_BEGINS, blocks, 0))
        check_fail(c, "no proxy node: %ld", id);
    return (uint64_t)id;
}

static long ask_by(uint64_t pxn, enum exo_disk_operation operation, uint64_t block, unsigned n,
                   unsigned slot) {
    *word(n) = 0;
    return exo_pxn_request(EXO_DISK_HOW(operation, 0, slot, 0), (uint32_t)block, 1,
                           frame_at(page(n)), word_at(word(n)), pxn);
}

static long run_by(uint64_t pxn, enum exo_disk_operation operation, uint64_t block, unsigned n,
                   unsigned slot) {
    long error = ask_by(pxn, operation, block, n, slot);
    return error ? error : disk_await(0, word(n));
}

CHECK(pxn_access, "disk/by_a_proxy_node_its_blocks_are_reached_as_its_list_says_and_no_others") {
    if (!disk_begin(c))
        return;
    uint64_t id = server(c, 8);
    fill(0, 7);
    CHECK_THAT(c, run_by(id, EXO_DISK_WRITE, RAW_BEGINS, 0, HELD) == EXO_DISK_DONE);
    CHECK_THAT(c, run_by(id, EXO_DISK_READ, RAW_BEGINS, 1, OTHER) == EXO_DISK_DONE && holds(1, 7));
    CHECK_THAT(c, run_by(id, EXO_DISK_WRITE, RAW_BEGINS, 0, OTHER) == -E_PERM);
    CHECK_THAT(c, run_by(id, EXO_DISK_READ, RAW_BEGINS + 8, 1, HELD) == -E_PERM);
    CHECK_THAT(c, run_by(id, EXO_DISK_READ, RAW_BEGINS - 1, 1, HELD) == -E_PERM);
    uint32_t two[] = {(uint32_t)frame_at(page(2)), (uint32_t)frame_at(page(3))};
    CHECK_THAT(c, exo_pxn_request(EXO_DISK_HOW(EXO_DISK_READ, 0, HELD, 0), RAW_BEGINS + 7, 2,
                                  (uint64_t)two, 0, id) == -E_PERM);
    CHECK_THAT(c, exo_pxn_request(EXO_DISK_HOW(EXO_DISK_READ, 2, HELD, 0), RAW_BEGINS, 1, two[0], 0,
                                  id) == -E_PERM); /* of another disk */
    exo_cap_forge(0, OTHER, stranger);
    const struct cap empty[] = {writer, {.length = 1}};
    CHECK_THAT(c, exo_pxn_make(0, 0, 0, empty, 2) == -E_PERM); /* not of words that are none */
    CHECK_THAT(c, run_by(id, EXO_DISK_READ, RAW_BEGINS, 1, OTHER) == -E_PERM);
    CHECK_THAT(c, exo_pxn_change(OTHER, id, EXO_PXN_TAKE_BACK, RAW_BEGINS, 1, 0) == -E_PERM);
    CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS, 1, HELD) == -E_PERM); /* it is none of the disk */
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_ADD, RAW_BEGINS + 8, 1, HELD) == -E_PERM);
    CHECK_THAT(c, exo_pxn_remove(HELD, id) == 0);
    CHECK_THAT(c, exo_pxn_remove(HELD, id) == -E_DEAD);
    CHECK_THAT(c, run_by(id, EXO_DISK_READ, RAW_BEGINS, 1, HELD) == -E_PERM);
    disk_end();
}

CHECK(pxn_lineage, "disk/what_is_taken_from_a_proxy_node_is_taken_from_all_made_of_it") {
    struct exo_pxn seen = {0};
    if (!disk_begin(c))
        return;
    uint64_t kernel = exposed_env((uint64_t)exo_env_self())->kernel, id = server(c, 8), leaf[3];
    for (unsigned i = 0; i < 3; i++) {
        leaf[i] = (uint64_t)exo_pxn_make(HELD, i ? leaf[i - 1] : id, 0, &writer, 1);
        CHECK_THAT(c, (long)leaf[i] > 0);
        CHECK_THAT(c, exo_pxn_change(HELD, leaf[i], EXO_PXN_ADD, RAW_BEGINS, 8 - i, HELD) == 0);
        CHECK_THAT(c,
                   exo_pxn_change(HELD, leaf[i], EXO_PXN_ADD, RAW_BEGINS + 8, 1, HELD) == -E_PERM);
    }
    CHECK_THAT(c, exo_pxn_make(HELD, leaf[2], 0, &writer, 1) == -E_FULL);
    CHECK_THAT(c, run_by(leaf[2], EXO_DISK_READ, RAW_BEGINS + 2, 0, HELD) == EXO_DISK_DONE);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_TAKE_BACK, RAW_BEGINS + 2, 1, 0) == 0);
    CHECK_THAT(c, run_by(leaf[2], EXO_DISK_READ, RAW_BEGINS + 2, 0, HELD) == -E_PERM);
    CHECK_THAT(c, run_by(leaf[2], EXO_DISK_READ, RAW_BEGINS + 3, 0, HELD) == EXO_DISK_DONE);
    CHECK_THAT(c, run_by(leaf[2], EXO_DISK_READ, RAW_BEGINS + 1, 0, HELD) == EXO_DISK_DONE);
    CHECK_THAT(c, exo_pxn_read(id, &seen) == 0 && seen.extents == 2);
    CHECK_THAT(c, exo_pxn_remove(HELD, leaf[0]) == 0); /* in the middle */
    CHECK_THAT(c, run_by(leaf[1], EXO_DISK_READ, RAW_BEGINS, 0, HELD) == -E_PERM);
    CHECK_THAT(c, exo_pxn_read(leaf[2], &seen) == -E_DEAD);
    CHECK_THAT(c, run_by(id, EXO_DISK_READ, RAW_BEGINS, 0, HELD) == EXO_DISK_DONE);
    CHECK_THAT(c, exo_pxn_remove(HELD, id) == 0);
    CHECK_THAT(c, exo_pxn_remove(0, leaf[1]) == 0 && exo_pxn_remove(0, leaf[2]) == 0);
    CHECK_THAT(c, exposed_env((uint64_t)exo_env_self())->kernel == kernel);
    disk_end();
}

CHECK(pxn_frozen, "disk/who_may_only_read_makes_what_only_reads_and_never_changes") {
    if (!disk_begin(c))
        return;
    uint64_t id = server(c, 8);
    long frozen = exo_pxn_make(OTHER, id, 0, &reader, 1);
    CHECK_THAT(c, frozen > 0);
    CHECK_THAT(c, exo_pxn_change(OTHER, (uint64_t)frozen, EXO_PXN_ADD, RAW_BEGINS, 2, OTHER) == 0);
    CHECK_THAT(c, run_by((uint64_t)frozen, EXO_DISK_READ, RAW_BEGINS, 0, OTHER) == EXO_DISK_DONE);
    CHECK_THAT(c, run_by((uint64_t)frozen, EXO_DISK_WRITE, RAW_BEGINS, 0, OTHER) == -E_PERM);
    CHECK_THAT(c, exo_pxn_change(OTHER, (uint64_t)frozen, EXO_PXN_ADD, RAW_BEGINS + 2, 1, OTHER) ==
                      -E_PERM);
    CHECK_THAT(c, exo_pxn_change(OTHER, (uint64_t)frozen, EXO_PXN_MAP, 0, 0, 0) == -E_PERM);
    exo_pxn_remove(0, (uint64_t)frozen);
    exo_pxn_remove(0, id);
    disk_end();
}

CHECK(pxn_map, "disk/two_share_a_free_map_and_none_takes_what_the_other_has") {
    if (!disk_begin(c))
        return;
    uint64_t id = server(c, 1000);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_ALLOC, RAW_BEGINS, 4, 0) == -E_INVALID);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_MAP, 0, 0, 0) == 0);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_MAP, 0, 0, 0) == -E_EXISTS);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_ALLOC, RAW_BEGINS + 60, 8, 0) == 0);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_ALLOC, RAW_BEGINS + 67, 2, 0) == -E_EXISTS);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_ALLOC, RAW_BEGINS + 68, 2, 0) == 0);
    CHECK_THAT(c, exo_pxn_change(OTHER, id, EXO_PXN_FREE, RAW_BEGINS + 60, 1, 0) == -E_PERM);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_FREE, RAW_BEGINS + 59, 2, 0) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_FREE, RAW_BEGINS + 60, 10, 0) == 0);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_ALLOC, RAW_BEGINS + 999, 2, 0) == -E_INVALID);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_ALLOC, RAW_BEGINS, 257, 0) == -E_TOO_LONG);
    exo_pxn_remove(0, id);
    disk_end();
}

CHECK(disk_revoked, "disk/what_waits_is_not_done_when_the_right_to_it_is_gone") {
    if (!disk_begin(c))
        return;
    uint64_t id = server(c, 8);
    fill(0, 1);
    fill(1, 2);
    CHECK_THAT(c, run(EXO_DISK_WRITE, RAW_BEGINS + 1, 0) == EXO_DISK_DONE);
    exo_cap_forge(0, OTHER, all);
    CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS, 2, 0) == 0);
    bool waits = exposed_disk(0)->due; /* else the device has all at once */
    CHECK_THAT(c, ask_by(id, EXO_DISK_WRITE, RAW_BEGINS + 1, 1, HELD) == 0);
    CHECK_THAT(c, ask(EXO_DISK_WRITE, RAW_BEGINS + 1, 3, OTHER) == 0);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_TAKE_BACK, RAW_BEGINS, 8, 0) >= waits);
    exo_cap_forge(0, OTHER, none);
    disk_drain(0);
    CHECK_THAT(c, *word(2) == EXO_DISK_DONE);
    CHECK_THAT(c, !waits || (*word(1) == EXO_DISK_WITHDRAWN && *word(3) == EXO_DISK_WITHDRAWN));
    CHECK_THAT(c,
               !waits || (run(EXO_DISK_READ, RAW_BEGINS + 1, 4) == EXO_DISK_DONE && holds(4, 1)));
    exo_pxn_remove(0, id);
    disk_end();
}

CHECK(pxn_death, "disk/a_proxy_node_ends_with_its_maker") {
    struct exo_pxn seen = {0};
    uint64_t made = 0;
    if (!disk_begin(c))
        return;
    for (unsigned round = 0; round < 300 && !c->failed; round++) { /* more than there may be */
        long id = spawn(0, "attacker", (uint64_t)exo_env_self() << 32 | ATTACK_DISK, 0, 0);
        CHECK_THAT(c, id > 0 && exo_env_yield((uint64_t)id) == 0);
        exo_env_read(0, (uint64_t)id, offsetof(struct exo_uarea, own) + 16, &made, sizeof made);
        CHECK_THAT(c, exo_pxn_read(made, &seen) == 0 && seen.owner == (uint64_t)id);
        exo_env_destroy(0, (uint64_t)id);
        CHECK_THAT(c, exo_pxn_read(made, &seen) == -E_DEAD);
        CHECK_THAT(c, ask_by(made, EXO_DISK_READ, ATTACK_DISK_BLOCK, 0, 0) == -E_PERM);
        disk_drain(0);
    }
    disk_end();
}

static uint64_t word_said(uint64_t id, unsigned word) {
    uint64_t said = 0;
    exo_env_read(0, id, offsetof(struct exo_uarea, own) + word * 8, &said, sizeof said);
    return said;
}

/* One who has made a node of `id`, and as many more. */
static uint64_t loser(struct check *c, uint64_t id, uint64_t more) {
    const uint64_t told[] = {RAW_BEGINS + 4, id, more, 1};
    long other = spawn_controlled(
        HELD, writer, "blocks", (uint64_t)exo_env_self() << 32 | BLOCKS_NODE, HELD, 0, 100 + more);
    if (other <= 0)
        check_fail(c, "no other environment: %ld", other);
    exo_env_write(0, (uint64_t)other, offsetof(struct exo_uarea, own), told, sizeof told);
    exo_env_yield((uint64_t)other);
    return (uint64_t)other;
}

CHECK(pxn_told, "disk/who_loses_blocks_is_told_at_its_next_slice_and_finds_which") {
    if (!disk_begin(c))
        return;
    uint64_t id = server(c, 16);
    const uint64_t its = loser(c, id, 0), node = word_said(its, BLOCKS_ID);
    CHECK_THAT(c, word_said(its, BLOCKS_ERROR) == 0 && (long)node > 0);
    CHECK_THAT(c, exo_env_yield(its) == 0 && word_said(its, BLOCKS_WORD) == 0);
    /* Of another node of the same disk nothing is told, nor of what one does oneself. */
    uint64_t second = server(c, 16), seen = uarea->lost_count;
    CHECK_THAT(c, exo_pxn_change(HELD, second, EXO_PXN_TAKE_BACK, RAW_BEGINS + 4, 8, 0) == 0);
    CHECK_THAT(c, exo_env_yield(its) == 0 && word_said(its, BLOCKS_LOSSES) == 0);
    CHECK_THAT(c, exo_pxn_change(HELD, id, EXO_PXN_TAKE_BACK, RAW_BEGINS + 7, 3, 0) == 0);
    CHECK_THAT(c, exo_env_yield(its) == 0 && word_said(its, BLOCKS_LOSSES) == 1);
    CHECK_THAT(c, word_said(its, BLOCKS_KIND) == EXO_LOST_BLOCKS);
    CHECK_THAT(c, word_said(its, BLOCKS_LOST) == node);
    CHECK_THAT(c, word_said(its, BLOCKS_EXTENT) == (3ul << 32 | (RAW_BEGINS + 7)));
    CHECK_THAT(c, (long)word_said(its, BLOCKS_WORD) == -E_PERM); /* the fifth of its blocks */
    CHECK_THAT(c, exo_pxn_remove(HELD, id) == 0);
    CHECK_THAT(c, exo_env_yield(its) == 0 && word_said(its, BLOCKS_LOSSES) == 2);
    CHECK_THAT(c, (long)word_said(its, BLOCKS_EXTENT) == -E_DEAD);
    CHECK_THAT(c, uarea->lost_count == seen);
    exo_env_destroy(0, its);
    exo_pxn_remove(HELD, second);
    disk_end();
}

/* Takes blocks back from a node, or ends it, in as many calls as that takes, none of them long. */
static long lose_all(struct check *c, uint64_t id, bool ends) {
    enum { LONGEST = 10000 };
    for (;;) {
        uint64_t begun = __builtin_ia32_rdtsc();
        long result = ends ? exo_pxn_remove(HELD, id)
                           : exo_pxn_change(HELD, id, EXO_PXN_TAKE_BACK, RAW_BEGINS + 7, 3, 0);
        uint64_t took = __builtin_ia32_rdtsc() - begun;
        if (strstr((const char *)env_info()->command_line, "clock=icount") && took > LONGEST)
            check_fail(c, "%lu instructions", took);
        if (result != -E_AGAIN)
            return result;
        if (ends && exo_pxn_change(HELD, id, EXO_PXN_ADD, RAW_BEGINS, 1, 0) != -E_DEAD)
            check_fail(c, "what ends gets blocks");
        if (ends && ask_by(id, EXO_DISK_READ, RAW_BEGINS, 0, HELD) != -E_PERM)
            check_fail(c, "what ends has blocks");
    }
}

/* Two, whose nodes take turns: no two side by side are one's, as where each is another one's. */
static void two_losers(struct check *c, uint64_t id, unsigned nodes, uint64_t two[2]) {
    const uint64_t told[] = {0, id};
    for (unsigned i = 0; i < 2; i++) {
        long other =
            spawn_controlled(HELD, writer, "blocks", (uint64_t)exo_env_self() << 32 | BLOCKS_NODES,
                             HELD, 0, 100 + nodes);
        two[i] = (uint64_t)other;
        if (other <= 0)
            check_fail(c, "no other environment: %ld", other);
        exo_env_write(0, two[i], offsetof(struct exo_uarea, own), told, sizeof told);
    }
    for (unsigned n = 0; n < nodes && !c->failed; n++)
        exo_env_yield(two[n % 2]);
    CHECK_THAT(c, (long)word_said(two[0], BLOCKS_ID) > 0 && (long)word_said(two[1], BLOCKS_ID) > 0);
}

CHECK(pxn_told_owners, "disk/however_many_owners_lose_blocks_no_call_takes_long") {
    enum { NODES = EXO_PXNS - 2 };
    if (!disk_begin(c))
        return;
    uint64_t id = server(c, 16), other[2];
    two_losers(c, id, NODES, other);
    for (unsigned round = 0; round < 2; round++) {
        CHECK_THAT(c, lose_all(c, id, round) == 0);
        for (unsigned i = 0; i < 2; i++) {
            uint64_t lost = 0;
            exo_env_read(0, other[i], offsetof(struct exo_uarea, lost_count), &lost, sizeof lost);
            CHECK_THAT(c, lost == (round + 1ul) * NODES / 2);
        }
    }
    exo_env_destroy(0, other[0]);
    exo_env_destroy(0, other[1]);
    disk_end();
}

CHECK(pxn_told_many, "disk/however_many_lose_blocks_no_call_takes_long") {
    enum { NODES = 250 };
    if (!disk_begin(c))
        return;
    uint64_t id = server(c, 16), its = loser(c, id, NODES);
    for (unsigned round = 0; round < 2; round++) {
        CHECK_THAT(c, lose_all(c, id, round) == 0);
        CHECK_THAT(c, exo_env_yield(its) == 0);
    }
    CHECK_THAT(c, word_said(its, BLOCKS_KIND) == 0 && word_said(its, BLOCKS_LOST) > NODES);
    exo_env_destroy(0, its);
    for (unsigned i = 0; i < EXO_PXNS - 1; i++) /* frames of the dead one's, and their places */
        (void)server(c, 1);
    for (unsigned i = 0; i < EXO_PXNS; i++) {
        struct exo_pxn one;
        if (!exo_pxn_read(i, &one) && one.owner == (uint64_t)exo_env_self())
            exo_pxn_remove(HELD, one.id);
    }
    disk_end();
}
