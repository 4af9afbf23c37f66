/* SPDX-License-Identifier: MIT */
/* hooks.c -- see hooks.h. */
#include "exo/libos/exos/process/hooks.h"

static struct process_hooks *first;

/* Calls this function of each that has one. */
#define EACH(fn, arg)                                                                              \
    for (const struct process_hooks *h = first; h; h = h->next)                                    \
        if (h->fn)                                                                                 \
    h->fn(arg)

void hooks_add(struct process_hooks *h) {
    h->next = first;
    first = h;
}

void hooks_forked(uint64_t child) {
    EACH(forked, child);
}

void hooks_ended(uint64_t pid) {
    EACH(ended, pid);
}

long hooks_exec(void) {
    long error = 0;
    for (const struct process_hooks *h = first; h && !error; h = h->next)
        if (h->exec)
            error = h->exec();
    return error;
}

void hooks_wakes(struct sum *s) {
    EACH(wakes, s);
}

void hooks_woken(void) {
    EACH(woken, );
}
