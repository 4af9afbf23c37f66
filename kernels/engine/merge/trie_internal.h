/* SPDX-License-Identifier: MIT */
/* trie_internal.h -- shared by trie.c (what the members are, and the result's parts) and
 * trie_share.c (which instructions run for whom) only. */
#ifndef ENGINE_TRIE_INTERNAL_H
#define ENGINE_TRIE_INTERNAL_H

#include "engine/trie.h"

#define TRIE_DEPTH_MAX 8 /* forks inside each other; the next one parts all members */
#define TRIE_WORK_MAX  (1u << 20)
#define CALLEE_SAVED   4 /* r6 to r9 */

struct member {
    const struct program *program;
    uint16_t *live;    /* see liveness.h */
    uint16_t *changed; /* registers that it may change from each slot on; likewise a bit each */
    uint32_t import_base, variable_base;
    uint32_t first;  /* slots from here on are its other functions... */
    uint32_t copied; /* ...which are here in the result */
};

/* The result as it grows. */
struct trie_build {
    const struct hooks *hooks;
    struct member member[TRIE_MAX];
    uint32_t count;
    unsigned depth_max; /* 0: nothing is shared */
    struct insn *out;
    uint8_t *owner; /* of each slot: 1 + the member whose functions it refers to, or 0 */
    uint32_t used, capacity;
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

void trie_put(struct trie_build *m, struct insn insn);

/* Emits what finds out the mask and leaves it in r0. */
void trie_share(struct trie_build *m);

#endif
