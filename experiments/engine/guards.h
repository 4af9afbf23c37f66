/* SPDX-License-Identifier: MIT */
/* guards.h -- many guards that ask the same field for one value each, as those of a dispatcher on
 * whose event many have an eye, merged (engine/merge.h). Freestanding. */
#ifndef EXPERIMENTS_ENGINE_GUARDS_H
#define EXPERIMENTS_ENGINE_GUARDS_H

#include "engine/merge.h"
#include "ways.h"

#define GUARDS_MAX     1000
#define GUARDS_MEMBERS "10,100,1000"

struct guards {
    const struct hooks *hooks;
    const struct signature *entry;
    struct facts facts; /* alike */
    struct program program[GUARDS_MAX];
    struct merge_member member[GUARDS_MAX];
};

/* Makes them of an opened sample, guard_one: its one constant that says port 53 is replaced by the
 * guard's number, and what comes out is verified as any program is. False if it cannot be. */
bool guards_open(struct guards *g, const struct sample *guard_one);

/* Merges the first of them. Not MERGE_DONE: it cannot be, and nothing is left. */
static inline enum merge_outcome guards_merge(const struct guards *g, struct merge *merge,
                                              uint32_t count) {
    return merge_create(merge, g->hooks, g->entry, g->member, count);
}

#endif
