/* SPDX-License-Identifier: MIT */
/* pieces.h -- a page given out in 64 pieces of 64 bytes, lines of the caches: a bit each, first
 * fit. What needs more than half a page is better served with pages of its own. */
#ifndef LIB_PIECES_H
#define LIB_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIECE_BYTES   64
#define PIECES_BYTES  (64 * PIECE_BYTES)
#define PIECES_AT_ONE (PIECES_BYTES / 2) /* the most bytes that are taken at once */

static inline size_t pieces_round_up(size_t bytes) {
    return (bytes + PIECE_BYTES - 1) / PIECE_BYTES * PIECE_BYTES;
}

/* The bits of what `bytes` bytes at `offset` touch; 0 < bytes <= PIECES_AT_ONE. */
static inline uint64_t pieces_bits(size_t offset, size_t bytes) {
    uint64_t count = pieces_round_up(bytes) / PIECE_BYTES;
    return (((uint64_t)1 << count) - 1) << offset / PIECE_BYTES;
}

/* Takes the first free place for `bytes`, and says where; false when there is none. */
static inline bool pieces_take(uint64_t *taken, size_t bytes, size_t *offset) {
    uint64_t places = ~*taken; /* where `had` free pieces begin */
    for (uint64_t count = pieces_round_up(bytes) / PIECE_BYTES, had = 1, more; had < count;
         had += more) {
        more = had < count - had ? had : count - had;
        places &= places >> more;
    }
    if (!places)
        return false;
    *offset = (size_t)__builtin_ctzll(places) * PIECE_BYTES;
    *taken |= pieces_bits(*offset, bytes);
    return true;
}

/* Gives them back. */
static inline void pieces_give(uint64_t *taken, size_t offset, size_t bytes) {
    *taken &= ~pieces_bits(offset, bytes);
}

#endif
