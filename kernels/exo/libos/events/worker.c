/* SPDX-License-Identifier: MIT */
/* worker.c -- see worker.h. */
#include "exo/libos/events/worker.h"

#include "exo/libos/stubs.h"

#define WORKER_FRAMES 4 /* that the kernel may use for one */

void worker_begins(void), worker_ends(void); /* worker_entry.S */

long worker_make(struct worker *w, unsigned slot, void (*fn)(uint64_t arg), uint64_t arg) {
    static const struct cap control = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'p'}};
    long id = exo_env_clone(slot, 0, control, "worker", WORKER_FRAMES, 0);
    if (id < 0)
        return id;
    w->env = (uint64_t)id;
    uint64_t *lowest = (uint64_t *)w->stack, *top = (uint64_t *)(w->stack + WORKER_STACK) - 2;
    struct exo_uarea *u = (struct exo_uarea *)(EXO_UAREAS + w->env % EXO_ENVS * 4096);
    *lowest = (uint64_t)u;
    top[0] = arg;
    top[1] = (uint64_t)fn;
    u->prologue_entry = (uint64_t)worker_begins;
    u->prologue_stack = (uint64_t)top;
    u->epilogue_entry = (uint64_t)worker_ends;
    return exo_env_start(slot, w->env);
}

void worker_end(const struct worker *w, unsigned slot) {
    exo_env_destroy(slot, w->env);
}
