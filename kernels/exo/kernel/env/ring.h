/* SPDX-License-Identifier: MIT */
/* ring.h -- message rings: memory of a receiver's into which the kernel puts what others send it,
 * while it does not run. The receiver chooses the pages, which are pinned, and who may send. (Xok's
 * msgring.c.) */
#ifndef EXO_KERNEL_RING_H
#define EXO_KERNEL_RING_H

#include "exo/kernel/memory/space.h"

struct ring;

/* What nobody else can change any more. */
struct ring_request {
    const struct space *space; /* the receiver's */
    struct exo_env *account;   /* who is charged */
    vaddr_t at;                /* whole pages, mapped to be written */
    uint64_t pages;            /* 1 to EXO_RING_PAGES */
    struct cap holder;         /* by what right the kernel writes there */
    struct cap who;            /* may send: who dominates this */
};

/* Makes one, empty. The errors of sys_ring_set (ring_calls.c). */
int ring_make(const struct ring_request *q, struct ring **made);
/* Gives pins and what was charged back; r may be null. */
void ring_free(struct ring *r, struct exo_env *account);

/* Who may send. */
struct cap ring_who(const struct ring *r);
/* Puts a message in. 0; -E_FULL; -E_NOT_FOUND: its pages are not the receiver's to write any
 * more. */
int ring_send(struct ring *r, uint64_t from, const uint64_t words[EXO_RING_WORDS]);

/* The ring of the environment in this slot of the table; null: it has none. */
extern struct ring *ring_of[EXO_ENVS];

/* Whether its pages were declared with a capability under `what`. */
bool ring_is_under(const struct ring *r, struct cap what);

#endif
