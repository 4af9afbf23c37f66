/* SPDX-License-Identifier: MIT */
/* position.c -- see position.h. */
#include "exo/kernel/time/position.h"

#include "exo/defence.h"
#include "lib/error.h"

int position_terms_check(const struct exo_terms *t) {
    bool is_budget = !t->limit || (t->limit <= t->period && t->period <= EXO_PERIOD_MOST);
    return t->budget < EXO_SLOTS && t->keeps <= EXO_KEEPS_MOST && is_budget ? 0 : -E_INVALID;
}

void position_terms_set(struct exo_slot *all, unsigned i, const struct exo_terms *t, uint64_t now) {
    struct exo_slot *s = &all[i];
    s->budget = (uint16_t)t->budget;
    s->keeps = t->keeps;
    s->kept = 0;
    s->limit = t->limit;
    s->period = t->period;
    s->left = (int64_t)t->limit;
    s->began = now;
}

static struct exo_slot *budget_of(struct exo_slot *all, unsigned i) {
    return &all[all[i].budget];
}

bool position_has_terms(const struct exo_slot *all, unsigned i) {
    return all[i].keeps || all[all[i].budget].limit;
}

/* What a budget has left: with each period its limit anew, less what was used beyond it. */
static int64_t left(struct exo_slot *s, uint64_t now) {
    if (now - s->began >= s->period) {
        s->began = now - (now - s->began) % s->period;
        s->left = (int64_t)s->limit + (s->left < 0 ? s->left : 0);
    }
    return s->left;
}

uint64_t position_length(struct exo_slot *all, unsigned i, uint64_t now, bool *by_budget) {
    struct exo_slot *s = &all[i], *b = budget_of(all, i);
    uint64_t length = EXO_SLICE_NS + s->kept;
    int64_t most = b->limit && DEFENDED(BUDGET) ? left(b, now) : INT64_MAX;
    *by_budget = most <= (int64_t)length;
    if (most <= POSITION_LEAST)
        return 0;
    s->kept = 0;
    return *by_budget ? (uint64_t)most : length;
}

static void keep(struct exo_slot *s, uint64_t time) {
    s->kept += time;
    if (s->kept > s->keeps && DEFENDED(KEEPS))
        s->kept = s->keeps;
}

void position_end(struct exo_slot *all, unsigned i, uint64_t length, uint64_t used) {
    budget_of(all, i)->left -= (int64_t)used;
    keep(&all[i], used < length ? length - used : 0);
}

void position_slept(struct exo_slot *all, unsigned i) {
    keep(&all[i], EXO_SLICE_NS);
}
