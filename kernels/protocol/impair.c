/* SPDX-License-Identifier: MIT */
#include "impair.h"

/* What is decided of a frame, each by a number of its own: one chance changed changes nothing of
 * the others. */
enum { DROP, TWICE, REORDER, CORRUPT, WHICH_BIT, HOW_LONG, AGAIN_AFTER, DECISIONS };

/* The n-th number of a seed (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
 * 2014: SplitMix64). */
static uint64_t drawn(uint64_t seed, uint64_t n) {
    uint64_t z = seed + (n + 1) * 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static uint64_t below(const struct impair *how, uint64_t number, unsigned decision,
                      uint64_t bound) {
    return drawn(how->seed, number * DECISIONS + decision) % bound;
}

struct impair_fate impair_fate(const struct impair *how, uint64_t number, uint32_t bytes) {
    struct impair_fate f = {.copies = 1, .flip = IMPAIR_WHOLE, .after = {how->slow, how->slow}};
    if (below(how, number, DROP, IMPAIR_ALL) < how->drop) {
        f.copies = 0;
        return f;
    }
    if (bytes && below(how, number, CORRUPT, IMPAIR_ALL) < how->corrupt)
        f.flip = (uint32_t)below(how, number, WHICH_BIT, (uint64_t)bytes * 8);
    if (below(how, number, REORDER, IMPAIR_ALL) < how->reorder)
        f.after[0] += below(how, number, HOW_LONG, how->hold + 1);
    if (below(how, number, TWICE, IMPAIR_ALL) < how->twice) {
        f.copies = 2;
        f.after[1] = f.after[0] + below(how, number, AGAIN_AFTER, how->hold + 1);
    }
    return f;
}

bool impair_wait(struct impair_queue *q, uint64_t at, uint64_t frame) {
    if (q->count == q->room)
        return false;
    uint32_t i = q->count++;
    for (; i && q->waiting[i - 1].at > at; i--)
        q->waiting[i] = q->waiting[i - 1];
    q->waiting[i] = (struct impair_waiting){at, frame};
    return true;
}

bool impair_due(struct impair_queue *q, uint64_t now, uint64_t *frame, uint64_t *next) {
    *next = q->count ? q->waiting[0].at : UINT64_MAX;
    if (!q->count || *next > now)
        return false;
    *frame = q->waiting[0].frame;
    q->count--;
    for (uint32_t i = 0; i < q->count; i++)
        q->waiting[i] = q->waiting[i + 1];
    return true;
}
