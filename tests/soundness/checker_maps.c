/* SPDX-License-Identifier: MIT */
/* checker_maps.c -- see checker_maps.h. */
#include "checker_maps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "world.h"

#define KEPT_BY_CALLS 0x3c0 /* r6 to r9 */

/* Does the word lead to what a collector of this world would look for? */
static bool leads_to_group(uint64_t word, uint64_t moved) {
    return word - moved - (uintptr_t)world.group < sizeof world.group;
}

static bool is_thing(uint64_t word, uint64_t moved) {
    uint64_t offset = word - moved - (uintptr_t)world.group;
    uint64_t in_group = offset % sizeof(struct world_group);
    return offset < sizeof world.group && in_group < sizeof world.group[0].thing &&
           in_group % sizeof(struct thing) == 0;
}

/* A pointer may have been moved further than what it is into reaches. */
static bool is_near(uint64_t word, uint64_t moved) {
    return word - moved - (uintptr_t)&world + DISTANCE < sizeof world + 2 * DISTANCE;
}

/* Is the word what the map says, and said if it counts? */
static bool cell_fits(enum map_cell cell, uint64_t word, uint64_t moved, bool counts) {
    switch (cell) {
    case CELL_NONE:
        return !counts || !leads_to_group(word, moved);
    case CELL_OBJECT:
        return !word || is_thing(word, moved);
    case CELL_INSIDE:
        return !word || is_near(word, moved);
    default:
        return true;
    }
}

/* One function that is active at a moment: `at` is its own, of its point or of its call. */
static bool function_fits(const struct trace *t, const struct maps *maps, const struct moment *now,
                          const struct moment *at, uint32_t frame, char text[TRACE_TEXT]) {
    bool waits = at != now;
    uint64_t moved = t->run[now->run].moved;
    uint32_t bytes = t->program->frame_bytes, top = now->stack + (now->depth - frame) * bytes;
    struct map map;
    maps_at(maps, at->slot, waits ? MAP_WAITING : MAP_BEFORE, &map);
    for (unsigned r = 0; r < MAP_REGISTERS; r++) {
        bool there = !waits || KEPT_BY_CALLS >> r & 1;
        if (there && !cell_fits(map.reg[r], at->reg[r], moved, at->needed >> r & 1)) {
            snprintf(text, TRACE_TEXT,
                     "slot %" PRIu32 ": the map says %u of r%u, which is %" PRIx64, at->slot,
                     map.reg[r], r, at->reg[r]);
            return false;
        }
    }
    for (unsigned cell = 0; 8 * (cell + 1) <= bytes; cell++) {
        uint64_t word, needed;
        memcpy(&word, &t->stack[top - 8 * (cell + 1)], sizeof word);
        memcpy(&needed, &t->needed[top - 8 * (cell + 1)], sizeof needed);
        if (!cell_fits(map.stack[cell], word, moved, needed == 0x0101010101010101)) {
            snprintf(text, TRACE_TEXT,
                     "slot %" PRIu32 ": the map says %u of r10 - %u, where %" PRIx64 " is",
                     at->slot, map.stack[cell], 8 * (cell + 1), word);
            return false;
        }
    }
    return true;
}

bool maps_fit(const struct trace *t, const struct maps *maps, char text[TRACE_TEXT]) {
    for (uint32_t i = 0; i < t->count; i++) {
        const struct moment *now = &t->moment[i], *at = now;
        if (!maps_is_point(t->program, now->slot))
            continue;
        for (uint32_t frame = now->depth; frame-- > 0;) {
            if (!function_fits(t, maps, now, at, frame, text))
                return false;
            at = frame ? &t->moment[at->caller] : at;
        }
    }
    return true;
}
