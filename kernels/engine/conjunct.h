/* SPDX-License-Identifier: MIT */
/* conjunct.h -- one comparison of a guard: a number that it looks at, and which numbers it takes
 * there. */
#ifndef ENGINE_CONJUNCT_H
#define ENGINE_CONJUNCT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/kind.h"

enum guard_source_kind {
    GUARD_ARGUMENT, /* the low bytes of an argument */
    GUARD_FIELD,    /* what stands so far behind the address that an argument is */
    GUARD_LENGTH,   /* of a packet: the argument that is its end less the one that is its start */
};

/* A number that a guard looks at. */
struct guard_source {
    uint8_t kind;     /* enum guard_source_kind */
    uint8_t argument; /* counted from 0 */
    uint8_t bytes;    /* 1, 2, 4 or 8 */
    bool swapped;     /* its bytes are taken in the other order */
    int32_t offset;   /* FIELD: in bytes. LENGTH: the number of the argument that is the end */
};

/* With x = source & mask: low <= x <= high, or if low > high, x >= low or x <= high. All numbers
 * are unsigned. */
struct conjunct {
    struct guard_source source;
    uint64_t mask, low, high;
};

static inline bool guard_source_equal(const struct guard_source *a, const struct guard_source *b) {
    return a->kind == b->kind && a->argument == b->argument && a->bytes == b->bytes &&
           a->swapped == b->swapped && a->offset == b->offset;
}

/* What stands at an address, which need not be aligned. */
static inline uint64_t guard_field_read(uintptr_t address, unsigned bytes) {
    uint32_t word;
    uint16_t half;
    uint64_t number;
    switch (bytes) {
    case 1:
        return *(const uint8_t *)address;
    case 2:
        __builtin_memcpy(&half, (const void *)address, sizeof half);
        return half;
    case 4:
        __builtin_memcpy(&word, (const void *)address, sizeof word);
        return word;
    default:
        __builtin_memcpy(&number, (const void *)address, sizeof number);
        return number;
    }
}

/* The number that a source is. Reads memory only for GUARD_FIELD. */
static inline uint64_t guard_source_read(const struct guard_source *s,
                                         const uint64_t argument[PARAMETERS]) {
    uint64_t number = argument[s->argument];
    if (s->kind == GUARD_LENGTH)
        return argument[s->offset] - number;
    if (s->kind == GUARD_FIELD)
        number = guard_field_read((uintptr_t)(number + (uint64_t)(int64_t)s->offset), s->bytes);
    if (s->swapped)
        number = __builtin_bswap64(number) >> (64 - 8 * s->bytes);
    return s->bytes == 8 ? number : number & ~(UINT64_MAX << 8 * s->bytes);
}

static inline bool conjunct_takes(const struct conjunct *c, uint64_t number) {
    uint64_t x = number & c->mask;
    return c->low <= c->high ? c->low <= x && x <= c->high : x >= c->low || x <= c->high;
}

#endif
