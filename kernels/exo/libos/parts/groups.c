/* SPDX-License-Identifier: MIT */
/* groups.c -- see groups.h. */
#include "exo/libos/parts/groups.h"

void group_begin(struct groups *g, const struct store *s, uint32_t owner) {
    uint32_t at = store_find_free(s, g->cursor, GROUP);
    if (at != 0) /* the next one begins behind this one's first blocks */
        g->cursor = at + 4 * GROUP < s->blocks ? at + 4 * GROUP : s->first;
    g->of[owner % GROUPS].owner = owner;
    g->of[owner % GROUPS].next = at != 0 ? at : owner;
}

uint32_t group_next(struct groups *g, const struct store *s, uint32_t owner) {
    if (g->of[owner % GROUPS].owner != owner)
        group_begin(g, s, owner);
    return g->of[owner % GROUPS].next;
}

void group_took(struct groups *g, uint32_t owner, uint32_t block, uint32_t count) {
    if (g->of[owner % GROUPS].owner == owner)
        g->of[owner % GROUPS].next = block + count;
}

void group_fetch(struct store *s, uint32_t from, uint32_t block) {
    const uint32_t end = from + GROUP < s->blocks ? from + GROUP : s->blocks;
    uint32_t count = 0;
    while (from < block && (from < s->first || store_is_free(s, from)))
        from++;
    while (from + count < end && !store_is_free(s, from + count))
        count++;
    const bool apart = from + count <= block; /* by a gap */
    s->ops->fetch(s, apart ? block : from, apart ? 1 : count);
}
