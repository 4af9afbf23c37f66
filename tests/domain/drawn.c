/* SPDX-License-Identifier: MIT */
#include "drawn.h"

#include <stdio.h>
#include <stdlib.h>

#include "../soundness/generate.h"
#include "model.h"

#define BYTES (NUMBERS / 8)

/* A set again, in no more room than it needs. */
typedef unsigned _BitInt(NUMBERS) small_set;

/* Of a step, of each x: what it and the y of each byte of a set come to; which y it has as
 * partners, and which x it has if it is the other operand. */
static struct outcomes {
    small_set of[NUMBERS][BYTES][256];
    small_set partners_of_a[NUMBERS], partners_of_b[NUMBERS];
} * outcomes;

static void init_step(const struct step *step, struct outcomes *o) {
    step_outcomes(step);
    for (unsigned x = 0; x < NUMBERS; x++) {
        for (unsigned y = 0; y < NUMBERS; y++) {
            o->partners_of_a[x] |= (small_set)((small_set)(step_outcome[x][y] & 1) << y);
            o->partners_of_b[x] |= (small_set)((small_set)(step_outcome[y][x] & 1) << y);
            for (unsigned byte = 0; byte < 256; byte++)
                if (byte >> y % 8 & 1)
                    o->of[x][y / 8][byte] |= (small_set)((small_set)1 << step_outcome[x][y]);
        }
    }
}

void drawn_init(void) {
    outcomes = calloc(step_count, sizeof *outcomes);
    if (!outcomes)
        abort();
    for (unsigned n = 0; n < step_count; n++)
        if (steps[n].kind == STEP_ALU || steps[n].kind == STEP_ASSUME)
            init_step(&steps[n], &outcomes[n]);
}

static void in_order(unsigned *min, unsigned *max) {
    if (*min <= *max)
        return;
    unsigned n = *min;
    *min = *max;
    *max = n;
}

static void draw_range(struct random *r, unsigned numbers, unsigned *min, unsigned *max) {
    *min = random_below(r, numbers);
    *max = random_below(r, numbers);
    in_order(min, max);
}

/* Each view says something every other time, by itself: the number may have no member. */
static struct scalar draw_views(struct random *r) {
    struct scalar s = scalar_any();
    unsigned say = random_below(r, 32), min, max;
    if (say & 1) {
        s.bits.unknown = (unum)random_below(r, NUMBERS);
        s.bits.value = (unum)random_below(r, NUMBERS) & ~s.bits.unknown;
    }
    if (say & 2) {
        draw_range(r, NUMBERS, &min, &max);
        s.umin = (unum)min;
        s.umax = (unum)max;
    }
    if (say & 4) {
        draw_range(r, NUMBERS, &min, &max);
        s.smin = (snum)((int)min - (int)NUMBERS / 2);
        s.smax = (snum)((int)max - (int)NUMBERS / 2);
    }
    if (say & 8) {
        draw_range(r, HALVES, &min, &max);
        s.umin32 = (uhalf)min;
        s.umax32 = (uhalf)max;
    }
    if (say & 16) {
        draw_range(r, HALVES, &min, &max);
        s.smin32 = (shalf)((int)min - (int)HALVES / 2);
        s.smax32 = (shalf)((int)max - (int)HALVES / 2);
    }
    return s;
}

/* One with members, and settled. */
static bool draw_settled(struct random *r, struct scalar *s, set *members, struct tally *settle) {
    do {
        *s = draw_views(r);
        *members = set_of(s);
        if (!step_try_settle(s, *members, settle))
            return false;
    } while (!*members);
    scalar_settle(s);
    return true;
}

/* Every fourth number is a union, as paths that join leave it: not settled. */
static bool draw(struct random *r, struct scalar *s, set *members, struct tally *settle) {
    struct scalar other;
    set others;
    if (!draw_settled(r, s, members, settle))
        return false;
    if (random_below(r, 4))
        return true;
    if (!draw_settled(r, &other, &others, settle))
        return false;
    *s = scalar_union(s, &other);
    *members = set_of(s);
    return true;
}

static set results_of(const struct outcomes *o, unsigned x, set in_b) {
    set r = 0;
    for (unsigned byte = 0; byte < BYTES; byte++)
        r |= o->of[x][byte][in_b >> 8 * byte & 255];
    return r;
}

static void find_results(const struct outcomes *o, bool unary, struct trial *t) {
    t->exact = 0;
    for (set rest = t->in_a; rest; rest &= rest - 1) {
        unsigned x = (unsigned)__builtin_ctzll(rest);
        t->exact |= results_of(o, x, unary ? (set)1 << x : t->in_b);
    }
}

static void find_left(const struct outcomes *o, struct trial *t) {
    t->left_a = t->left_b = 0;
    for (set rest = t->in_a; rest; rest &= rest - 1)
        t->left_b |= t->in_b & o->partners_of_a[__builtin_ctzll(rest)];
    for (set rest = t->in_b; rest; rest &= rest - 1)
        t->left_a |= t->in_a & o->partners_of_b[__builtin_ctzll(rest)];
}

/* One step on all of some pairs: its tables and its branches stay in the processor's caches. */
static bool try_step(unsigned n, struct trial *pair, unsigned pairs, struct tally *tally) {
    const struct step *step = &steps[n];
    bool unary = step->kind == STEP_ALU && model_is_unary(step->operation);
    for (unsigned i = 0; i < pairs; i++) {
        struct trial t = pair[i];
        if (unary) {
            t.b = t.a;
            t.in_b = t.in_a;
        }
        if (step->kind == STEP_ALU)
            find_results(&outcomes[n], unary, &t);
        else if (step->kind == STEP_ASSUME)
            find_left(&outcomes[n], &t);
        if (!step_try(step, &t, tally))
            return false;
    }
    return true;
}

#define TOGETHER 1024

int drawn_try(uint64_t block, struct tally tally[STEPS_MOST]) {
    static struct trial pair[TOGETHER];
    struct random r;
    random_seed(&r, block);
    for (unsigned done = 0; done < DRAWN_BLOCK; done += TOGETHER) {
        for (unsigned i = 0; i < TOGETHER; i++)
            if (!draw(&r, &pair[i].a, &pair[i].in_a, &tally[step_count]) ||
                !draw(&r, &pair[i].b, &pair[i].in_b, &tally[step_count]))
                return (int)step_count;
        for (unsigned n = 0; n < step_count; n++)
            if (!try_step(n, pair, TOGETHER, &tally[n]))
                return (int)n;
    }
    return -1;
}
