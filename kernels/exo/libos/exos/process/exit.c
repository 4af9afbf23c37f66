/* SPDX-License-Identifier: MIT */
/* exit.c -- the end of a process: what it says is in the table before its environment ends. */
#include "exo/libos/exos/process/exit.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/vfork.h"
#include "exo/libos/stubs.h"

static struct exos_at_exit *at_exit;

void exos_at_exit(struct exos_at_exit *h) {
    h->next = at_exit;
    at_exit = h;
}

static _Noreturn void end(uint64_t status, unsigned signal) {
    struct exos_own *own = exos_own();
    struct process *self = process_self();
    own->held++; /* no handler comes in between */
    hooks_ended(own->pid);
    if (self) {
        self->status = status;
        self->signal = signal;
        self->state = PROCESS_EXITED;
        process_tell_parent(self);
    }
    if (own->lender)
        vfork_give_back();
    exo_env_exit(status);
}

_Noreturn void exos_exit(uint64_t status) {
    while (at_exit && !exos_own()->lender) {
        struct exos_at_exit *h = at_exit;
        at_exit = h->next;
        h->fn(h);
    }
    end(status, 0);
}

_Noreturn void exos_exit_now(uint64_t status) {
    end(status, 0);
}

_Noreturn void exit_by_signal(unsigned signal) {
    end(0, signal);
}
