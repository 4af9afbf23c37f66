/* SPDX-License-Identifier: MIT */
/* hooks.c -- see hooks.h. */
#include "exo/libos/exos/process/hooks.h"

static struct process_hooks *first;

void hooks_add(struct process_hooks *h) {
    h->next = first;
    first = h;
}

void hooks_forked(uint64_t child) {
    for (const struct process_hooks *h = first; h; h = h->next)
        if (h->forked)
            h->forked(child);
}

void hooks_ended(uint64_t pid) {
    for (const struct process_hooks *h = first; h; h = h->next)
        if (h->ended)
            h->ended(pid);
}

long hooks_exec(void) {
    long error = 0;
    for (const struct process_hooks *h = first; h && !error; h = h->next)
        if (h->exec)
            error = h->exec();
    return error;
}

void hooks_wakes(struct sum *s) {
    for (const struct process_hooks *h = first; h; h = h->next)
        if (h->wakes)
            h->wakes(s);
}

void hooks_woken(void) {
    for (const struct process_hooks *h = first; h; h = h->next)
        if (h->woken)
            h->woken();
}
