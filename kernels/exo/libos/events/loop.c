/* SPDX-License-Identifier: MIT */
/* loop.c -- see loop.h. */
#include "exo/libos/events/loop.h"

#include <stdbool.h>

#include "exo/libos/events/stride.h"
#include "exo/libos/time/sleep.h"
#include "lib/error.h"

#define EVENTS_MOST 16 /* that it can sleep for */

static struct event *all;
static bool stopped;

void loop_add(struct event *e) {
    e->seen = *e->word;
    e->next = all;
    all = e;
}

void loop_stop(void) {
    stopped = true;
}

/* Whether something had happened. */
static bool handle(void) {
    bool any = false;
    for (struct event *e = all, *next; e; e = next) {
        uint64_t now = *e->word;
        next = e->next;
        if (now == e->seen)
            continue;
        e->seen = now;
        e->fn(e);
        any = true;
    }
    return any;
}

static long sleep(void) {
    struct term terms[2 * EVENTS_MOST];
    struct exo_variable variables[EVENTS_MOST];
    uint8_t code[8 * 10 * EVENTS_MOST];
    unsigned n = 0;
    for (const struct event *e = all; e; e = e->next, n++) {
        if (n == EVENTS_MOST)
            return -E_TOO_LONG;
        variables[n] = (struct exo_variable){(uint64_t)e->word, 0};
        terms[2 * n] = (struct term){TERM_NE, (uint8_t)n, TERM_CONSTANT, e->seen};
        terms[2 * n + 1] = (struct term){TERM_OR, 0, 0, 1};
    }
    long bytes = predicate_of_terms(terms, 2ul * n, n, code, sizeof code);
    uint64_t tag;
    return bytes < 0 ? bytes : predicate_sleep(code, (size_t)bytes, variables, n, &tag);
}

long loop_run(void) {
    long error = 0;
    stopped = false;
    while (!stopped && !error)
        if (!handle() && !stride_give())
            error = sleep();
    return error;
}
