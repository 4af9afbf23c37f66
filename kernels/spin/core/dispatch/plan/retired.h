/* SPDX-License-Identifier: MIT */
/* retired.h -- code that no later raise comes to. It is freed when no stack leads into it any more
 * (as Ksplice finds out that nobody runs what it replaces: Arnold and Kaashoek, EuroSys '09), so
 * that a raise counts nothing and locks nothing, however it ends. */
#ifndef SPIN_DISPATCH_RETIRED_H
#define SPIN_DISPATCH_RETIRED_H

#include "engine/hooks.h"
#include "lib/list.h"

struct retired {
    struct list link;
    struct code_memory code;               /* of length 0: nobody can be in it */
    void (*free)(struct retired *retired); /* gives back what it is part of; the code is gone */
    uint32_t pins;                         /* of those who will come to it yet (async.h) */
    bool seen;                             /* on a stack, or pinned */
};

/* May retire more. From time to time the stacks are looked through, as by plans_reclaim. */
void retire(struct retired *retired);

/* Frees all that has been left. Gives how much has not. */
uint32_t plans_reclaim(void);

/* Does a stack lead into this code, or was it interrupted there? For who has the lock. */
bool code_is_under_way(const struct code_memory *code);

#endif
