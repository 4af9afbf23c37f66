/* SPDX-License-Identifier: MIT */
/* name_hints.h -- where names were found last, so that they need not be searched for. A hint may be
 * wrong: whoever asks compares what is at its place with the name. */
#ifndef EXO_LIBOS_PARTS_NAME_HINTS_H
#define EXO_LIBOS_PARTS_NAME_HINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/string.h"

#define NAME_HINTS 2048u

/* Zeroed: nothing is known. */
struct name_hints {
    uint32_t epoch;
    struct name_hint {
        uint32_t block, slot, epoch;
    } hint[NAME_HINTS];
};

/* Of a name with that hash. A slot of 0, or another epoch than h's: it is none. */
static inline struct name_hint *name_hint(struct name_hints *h, uint32_t directory, uint32_t hash) {
    return &h->hint[(hash ^ directory * 2654435761u >> 16) % NAME_HINTS];
}
/* The name is there now. `h` may be null, here and below. */
static inline void name_hint_note(struct name_hints *h, uint32_t directory, uint32_t hash,
                                  uint32_t block, uint32_t slot) {
    if (h)
        *name_hint(h, directory, hash) = (struct name_hint){block, slot, h->epoch};
}
/* What a hint may name is something else now: all are forgotten. */
static inline void name_hints_forget(struct name_hints *h) {
    if (h && ++h->epoch == 0)
        memset(h, 0, sizeof *h);
}

#endif
