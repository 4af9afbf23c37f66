/* SPDX-License-Identifier: MIT */
/* internal.h -- shared by merge.c (what the members are, and the result's parts) and
 * merge_trie.c (which instructions run for whom) only. */
#ifndef ENGINE_MERGE_INTERNAL_H
#define ENGINE_MERGE_INTERNAL_H

#include "engine/merge.h"

#define MERGE_DEPTH_MAX 8 /* forks inside each other; the next one parts all members */
#define MERGE_WORK_MAX  (1u << 20)
#define CALLEE_SAVED    4 /* r6 to r9 */

struct member {
    const struct program *program;
    uint16_t *live;    /* see liveness.h */
    uint16_t *changed; /* registers that it may change from each slot on; likewise a bit each */
    uint32_t import_base, variable_base;
    uint32_t first;  /* slots from here on are its other functions... */
    uint32_t copied; /* ...which are here in the result */
};

/* The result as it grows. */
struct merging {
    const struct hooks *hooks;
    struct member member[MERGE_MAX];
    uint32_t count;
    unsigned depth_max; /* 0: nothing is shared */
    struct insn *out;
    uint8_t *owner; /* of each slot: 1 + the member whose functions it refers to, or 0 */
    uint32_t used, room;
    uint32_t work;  /* slots looked at */
    bool full;      /* something did not fit; the result is worthless */
    bool no_memory; /* likewise */

    /* Homes of what must outlive members: the mask, and registers at forks. They are callee-saved
     * registers that no member mentions, then the stack below the members' own. */
    uint8_t spare[CALLEE_SAVED];
    unsigned spares;
    uint32_t frame_bytes; /* of the members' first functions, at most */
    unsigned homes;       /* used at once, at most */
};

void merge_put(struct merging *m, struct insn insn);

/* Emits what finds out the mask and leaves it in r0. */
void merge_trie(struct merging *m);

#endif
