/* SPDX-License-Identifier: MIT */
/* stride.c -- see stride.h. A stride is the inverse of the tickets: who has twice as many comes up
 * twice as often. */
#include "exo/libos/events/stride.h"

#include "exo/libos/exposed.h"
#include "exo/libos/yield.h"

#define STRIDE_ONE (1ul << 30)

static struct stride *all;

static struct stride *least(void) {
    struct stride *best = all;
    for (struct stride *s = all; s; s = s->next)
        if (s->pass < best->pass)
            best = s;
    return best;
}

void stride_add(struct stride *s) {
    const struct stride *first = least();
    s->pass = (first ? first->pass : 0) + STRIDE_ONE / s->tickets; /* nothing is owed from before */
    s->slices = 0;
    s->next = all;
    all = s;
}

static void forget(const struct stride *gone) {
    struct stride **link = &all;
    while (*link != gone)
        link = &(*link)->next;
    *link = gone->next;
}

static bool has_ended(const struct stride *s) {
    const volatile struct exo_env *e = exposed_env(s->worker.env);
    return !e || e->state != EXO_ENV_READY;
}

bool stride_give(void) {
    struct stride *s;
    while ((s = least()) && has_ended(s)) /* else it would have every slice, and take none */
        forget(s);
    if (!s)
        return false;
    const volatile struct exo_env *e = exposed_env(s->worker.env);
    uint64_t ticks = e->ticks;
    exo_env_yield(s->worker.env);
    if (e->ticks == ticks)
        return true; /* it gave the processor back before the slice's end: not charged */
    s->pass += STRIDE_ONE / s->tickets;
    s->slices++;
    return true;
}

uint64_t stride_error(void) {
    uint64_t tickets = 0, slices = 0, worst = 0;
    for (const struct stride *s = all; s; s = s->next) {
        tickets += s->tickets;
        slices += s->slices;
    }
    for (const struct stride *s = all; s; s = s->next) {
        uint64_t plan = slices * s->tickets, got = s->slices * tickets;
        uint64_t off = got > plan ? got - plan : plan - got;
        uint64_t error = plan ? off * 1000 / plan : 0;
        worst = error > worst ? error : worst;
    }
    return worst;
}
