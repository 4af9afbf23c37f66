/* SPDX-License-Identifier: MIT */
/* impair.h -- a bad network, the same in each run: what becomes of a frame follows from a seed and
 * the frame's number alone, whoever asks and whenever. Who stands between two links has the frames
 * and the clock: it counts what arrives in each direction (with a seed of its own), asks, flips the
 * bit, and sends each copy when its time has come. */
#ifndef PROTOCOL_IMPAIR_H
#define PROTOCOL_IMPAIR_H

#include <stdbool.h>
#include <stdint.h>

#define IMPAIR_ALL 10000u /* what chances are parts of */

struct impair {
    uint64_t seed;
    uint64_t hold; /* ns, at most, that a frame waits which others overtake */
    uint64_t slow; /* ns that each frame takes */
    uint16_t drop, twice, reorder, corrupt; /* chances, of IMPAIR_ALL */
};

#define IMPAIR_WHOLE UINT32_MAX

struct impair_fate {
    uint32_t copies;   /* 0: it is lost; 2: it arrives twice */
    uint32_t flip;     /* this bit of it is wrong (impair_flip), or IMPAIR_WHOLE */
    uint64_t after[2]; /* ns from now until each copy goes */
};

/* What becomes of frame `number` of a direction, which has `bytes` bytes. */
struct impair_fate impair_fate(const struct impair *how, uint64_t number, uint32_t bytes);

static inline void impair_flip(uint8_t *frame, const struct impair_fate *f) {
    if (f->flip != IMPAIR_WHOLE)
        frame[f->flip / 8] ^= (uint8_t)(1u << f->flip % 8);
}

/* --- Frames that wait --- */

/* One copy that waits; its owner has the frame, and knows it by `frame`. */
struct impair_waiting {
    uint64_t at; /* ns: when it goes */
    uint64_t frame;
};

/* Copies in the order in which they go, those of the same time in the order in which they came. */
struct impair_queue {
    struct impair_waiting *waiting;
    uint32_t count, room;
};

/* True: `frame` is in the queue. False: the queue is full, and nothing changed. */
bool impair_wait(struct impair_queue *q, uint64_t at, uint64_t frame);
/* True: `*frame` is to go now, and is not in the queue any more. False: none is, before `*next`
 * (UINT64_MAX: none at all). */
bool impair_due(struct impair_queue *q, uint64_t now, uint64_t *frame, uint64_t *next);

#endif
