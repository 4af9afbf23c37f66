/* SPDX-License-Identifier: MIT */
/* sum.c -- see sum.h. */
#include "exo/libos/exos/process/sum.h"

#include "exo/libos/exos/memory/watch.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"

unsigned sum_variable(struct sum *s, const volatile uint64_t *at) {
    unsigned i = 0;
    while (i < s->variables && s->variable[i].at != (uint64_t)at)
        i++;
    if (i == EXO_VARIABLES) {
        s->full = true;
        return 0;
    }
    if (i == s->variables)
        s->variable[s->variables++] = (struct exo_variable){(uint64_t)at, 0};
    return i;
}

void sum_term(struct sum *s, enum term_op op, unsigned left, unsigned right, uint64_t value) {
    if (s->terms == SUM_TERMS)
        s->full = true;
    else
        s->term[s->terms++] = (struct term){(uint8_t)op, (uint8_t)left, (uint8_t)right, value};
}

void sum_end(struct sum *s, uint64_t tag) {
    sum_term(s, TERM_OR, 0, 0, tag);
}

static bool has_position(uint64_t env) {
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        if (exposed_slot(i)->env == env)
            return true;
    return false;
}

/* A process that owns no slices runs when another one gives it his, which sleepers do not. */
static bool somebody_has_none(uint64_t self) {
    for (const struct process *p = PROCESS_FIRST; p < PROCESS_END; p++)
        if (p->state == PROCESS_RUNS && !(p->flags & PROCESS_STANDS) && p->env != self &&
            !process_has_ended(p) && !has_position(p->env))
            return true;
    return false;
}

long sum_sleep(const struct sum *s, uint64_t *tag) {
    uint8_t code[EXO_PREDICATE_BYTES]; /* not static: a signal's handler may sleep, too */
    if (s->full)
        return -E_FULL;
    const uint64_t self = (uint64_t)exo_env_self();
    if (!has_position(self) || somebody_has_none(self))
        return -E_AGAIN;
    long bytes = predicate_of_terms(s->term, s->terms, s->variables, code, sizeof code);
    if (bytes < 0)
        return bytes;
    for (unsigned i = 0; i < s->variables; i++)
        watch(s->variable[i].at);
    return predicate_sleep(code, (uint64_t)bytes, s->variable, s->variables, tag);
}
