/* SPDX-License-Identifier: MIT */
/* extents.c -- a disk whose owner gives runs of its blocks away: each is for whose name it was
 * asked in, until he gives it back or the owner ends; the next owner knows of it from the disk. */
#include "disk.h"

#include "exo/libos/extents/extents.h"
#include "exo/libos/spawn.h"

#define RUN 8

static const struct cap name[2] = {{.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'e', 1}},
                                   {.rights = CAP_ALL, .valid = 1, .length = 2, .name = {'e', 2}}};

static uint64_t begin(struct check *c, uint64_t argument) {
    long id = spawn(0, "extents", argument, 0, 0);
    if (id < 0)
        check_fail(c, "no owner: %ld", id);
    return (uint64_t)id;
}

static long move(enum exo_disk_operation operation, uint64_t node, uint32_t block, unsigned n,
                 unsigned slot) {
    *word(n) = 0;
    long error = exo_pxn_request(EXO_DISK_HOW(operation, 0, slot, 0), block, 1, frame_at(page(n)),
                                 word_at(word(n)), node);
    return error ? error : disk_await(0, word(n));
}

CHECK(disk_extents, "disk/runs_of_blocks_are_whose_name_they_were_asked_in_until_given_back") {
    struct exo_extent at[2], again;
    long node[2];
    if (!disk_begin(c))
        return;
    exo_disk_latency(0, 0);
    uint64_t owner = begin(c, EXTENTS_NEW);
    exo_cap_forge(0, HELD, name[0]);
    exo_cap_forge(0, OTHER, name[1]);
    for (unsigned i = 0; i < 2; i++)
        node[i] = extents_ask(owner, name[i], RUN, &at[i]);
    CHECK_THAT(c, node[0] > 0 && node[1] > 0 && node[0] != node[1]);
    CHECK_THAT(c, at[0].count == RUN && at[1].count == RUN);
    CHECK_THAT(c, at[0].block >= 1 && at[1].block >= at[0].block + RUN); /* 0 is the owner's */
    fill(0, 5);
    CHECK_THAT(c, move(EXO_DISK_WRITE, (uint64_t)node[0], at[0].block, 0, HELD) == EXO_DISK_DONE);
    CHECK_THAT(c, move(EXO_DISK_WRITE, (uint64_t)node[0], at[0].block, 0, OTHER) == -E_PERM);
    CHECK_THAT(c, move(EXO_DISK_WRITE, (uint64_t)node[0], at[1].block, 0, HELD) == -E_PERM);
    CHECK_THAT(c, move(EXO_DISK_WRITE, (uint64_t)node[0], 0, 0, HELD) == -E_PERM);
    CHECK_THAT(c, extents_return(OTHER, (uint64_t)node[0], at[0]) == -E_PERM);
    CHECK_THAT(c, exo_pxn_change(HELD, (uint64_t)node[0], EXO_PXN_ADD, at[1].block, 1, HELD) ==
                      -E_PERM);
    CHECK_THAT(c, extents_ask(owner, none, RUN, &again) == -E_PERM);
    CHECK_THAT(c, extents_ask(owner, all, UINT32_MAX, &again) == -E_FULL);
    CHECK_THAT(c, exo_env_destroy(0, owner) == 0); /* with its nodes */
    CHECK_THAT(c, move(EXO_DISK_READ, (uint64_t)node[0], at[0].block, 1, HELD) == -E_PERM);
    for (unsigned i = 0; i < 2; i++)
        CHECK_THAT(c, exo_pxn_remove(0, (uint64_t)node[i]) == 0); /* what is left of them */
    owner = begin(c, 0);
    node[0] = extents_ask(owner, name[0], 1, &again);
    CHECK_THAT(c, node[0] > 0 && again.block == at[0].block && again.count == RUN);
    CHECK_THAT(c, move(EXO_DISK_READ, (uint64_t)node[0], at[0].block, 1, HELD) == EXO_DISK_DONE);
    CHECK_THAT(c, holds(1, 5));
    CHECK_THAT(c, extents_return(HELD, (uint64_t)node[0], at[0]) == 0);
    CHECK_THAT(c, move(EXO_DISK_READ, (uint64_t)node[0], at[0].block, 1, HELD) == -E_PERM);
    node[0] = extents_ask(owner, all, RUN, &again); /* anybody's now */
    CHECK_THAT(c, node[0] > 0 && again.block == at[0].block);
    node[1] = extents_ask(owner, name[1], RUN, &again);
    exo_env_destroy(0, owner);
    for (unsigned i = 0; i < 2; i++)
        CHECK_THAT(c, exo_pxn_remove(0, (uint64_t)node[i]) == 0);
    fill(0, 0);
    CHECK_THAT(c, run(EXO_DISK_WRITE, 0, 0) == EXO_DISK_DONE);
    owner = begin(c, 0); /* whose disk has no table */
    CHECK_THAT(c, extents_ask(owner, all, RUN, &again) == -E_DEAD);
    exo_env_destroy(0, owner);
    disk_end();
}
