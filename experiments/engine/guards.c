/* SPDX-License-Identifier: MIT */
/* guards.c -- see guards.h. */
#include "guards.h"

#include "programs/contexts.h"

enum { PORT_OF_SAMPLE = 53 };

bool guards_open(struct guards *g, const struct sample *guard_one) {
    *g = (struct guards){.hooks = guard_one->hooks, .entry = &guard_one->of->kind.entry};
    for (uint32_t i = 0; i < GUARDS_MAX; i++) {
        if (!sample_variant(guard_one, PORT_OF_SAMPLE, i, &g->program[i], &g->facts))
            return false;
        g->member[i] = (struct merge_member){&g->program[i], &g->facts, NULL};
    }
    return true;
}
