/* SPDX-License-Identifier: MIT */
/* block_map.c -- an untrusted deterministic function of XN (Kaashoek et al., SOSP '97, 4.2): which
 * blocks does this block of metadata own? It lists them as extents and gives their number. */
#include "contexts.h"

longest block_map(struct map_context *c);
longest block_map(struct map_context *c) {
    word owned = 0;
    for (word i = 0; i < MAP_BLOCKS; i++) {
        word block = c->block[i];
        if (block == 0)
            continue;
        c->owned[owned & (MAP_BLOCKS - 1)].first = block;
        c->owned[owned & (MAP_BLOCKS - 1)].count = 1;
        owned++;
    }
    return owned;
}
