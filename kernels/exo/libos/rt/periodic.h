/* SPDX-License-Identifier: MIT */
/* periodic.h -- one task that is to run in each period, and to end in it. Whether it can is decided
 * before it begins, from the exposed vector of slices: the positions that this environment owns
 * say how much time it gets at least in any period, whatever others do. */
#ifndef EXO_LIBOS_PERIODIC_H
#define EXO_LIBOS_PERIODIC_H

#include <stdint.h>

/* The least time, in ns, that this environment gets in any `period` ns: its whole slices in the
 * worst place of the vector, where all others take theirs, all that they may keep, and as much time
 * after their ends as nobody is ended for. */
uint64_t periodic_supply(uint64_t period);

struct periodic {
    uint64_t period, cost; /* ns */
    void (*job)(struct periodic *p);
    uint64_t rounds; /* how often */
    uint64_t missed; /* how often it ended after its period */
    uint64_t worst;  /* ns after a period's begin that it ended, at most */
};

/* Runs p->job in each of so many periods. -E_FULL at once where the supply is less than p->cost:
 * more positions are wanted, or others. Else 0. Slices' ends are to be handled. */
long periodic_run(struct periodic *p);

#endif
