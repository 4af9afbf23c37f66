/* SPDX-License-Identifier: MIT */
/* timing.c -- how a row's samples are taken (docs/method.md): the cold ones first, then the
 * warm-up, which is dropped, then the steady ones, then the empty bracket in the same image and
 * with the same batch. */
#include "measure/agent.h"
#include "measure/protocol.h"
#include "measure/runner.h"

/* A bracket under tsc is to be this long: the counter's steps and the fences are then below a
 * percent of it. */
enum { BATCH_TICKS = 1000, BATCH_MAX = 1 << 20 };

uint64_t lower_median(uint64_t *values, unsigned count) {
    for (unsigned i = 1; i < count; i++) {
        uint64_t value = values[i];
        unsigned hole = i;
        for (; hole > 0 && values[hole - 1] > value; hole--)
            values[hole] = values[hole - 1];
        values[hole] = value;
    }
    return values[(count - 1) / 2];
}

/* Calls the body for WANTED samples into SAMPLES; gives how many it took. */
static uint32_t take(struct bench *b, void (*body)(struct bench *b), uint64_t *samples,
                     uint32_t wanted) {
    b->samples = samples;
    b->taken = 0;
    b->wanted = wanted;
    if (wanted)
        body(b);
    return b->taken;
}

/* The smallest power of two that makes the bracket long enough for a clock with grain. */
static void batch_choose(struct bench *b, void (*body)(struct bench *b)) {
    uint64_t sample[3]; /* a difference needs one more than is wanted */
    for (b->batch = 1; b->batch < BATCH_MAX; b->batch *= 2)
        if (take(b, body, sample, 2) < 2 || sample[1] >= BATCH_TICKS)
            return;
}

/* Captures tell whole microseconds: so far is what belongs to a row from what does not. */
enum { APART_TICKS = 2000 };

/* The clock, outside of any bracket, with nothing near it where the words ask for times. */
static uint64_t ticks_apart(const struct params *p) {
#if defined(__x86_64__)
    uint64_t from = __builtin_ia32_rdtsc(), now;
    while ((now = __builtin_ia32_rdtsc()) - from < APART_TICKS && p->times)
        ;
    return now;
#else
    (void)p;
    return 0;
#endif
}

static uint64_t overhead_take(const char *row, uint64_t batch, bool batched) {
    uint64_t samples[PROTOCOL_EMPTY_BRACKETS] = {0};
    struct bench b = {.row = row, .batch = batch};
    take(&b, batched ? bench_empty_batch : bench_empty, samples, PROTOCOL_EMPTY_BRACKETS);
    return lower_median(samples + 1, PROTOCOL_EMPTY_BRACKETS - 1);
}

struct timing timing_take(const struct agent *a, const char *row, void (*body)(struct bench *b)) {
    const struct params *p = a->params;
    struct bench b = {.row = row, .batch = 1};
    struct timing t = {.cold_samples = a->samples};
    bool exact = p->clock != CLOCK_TSC;

    /* Without an exact clock one sample is taken even where none is kept: it tells whether the body
     * knows batches. */
    uint32_t first = take(&b, body, a->samples, p->cold || exact ? p->cold : 1);
    t.cold = first < p->cold ? first : p->cold;
    if (!exact && b.batched && !b.skip) {
        batch_choose(&b, body);
        t.cold = 0; /* a batch repeats what is cold only once */
    }
    if (b.size)
        t.cold = 0;
    t.began = ticks_apart(p);
    uint32_t taken = b.skip ? 0 : take(&b, body, a->samples + t.cold, p->warm + p->samples);
    t.ended = ticks_apart(p);
    t.warm = b.slow || b.size ? 0 : p->warm;
    t.steady = taken > t.warm ? taken - t.warm : 0;
    if (t.steady > p->samples)
        t.steady = p->samples;
    t.steady_samples = a->samples + t.cold + t.warm;
    t.skip = b.skip;
    t.size = b.size;
    t.lines = b.lines;
    t.count = b.count;
    t.inexact = b.inexact;
    t.waits = b.waits;
    t.batch = b.batch;
    if (b.skip)
        t.cold = t.steady = 0;
    else if (!b.difference && !b.size)
        t.overhead = overhead_take(row, b.batch, b.batched);
    return t;
}
