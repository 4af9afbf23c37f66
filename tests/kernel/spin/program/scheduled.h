/* SPDX-License-Identifier: MIT */
/* scheduled.h -- what the program `attacker` does with a scheduler of its own choice. */
#ifndef TESTS_SPIN_SCHEDULED_H
#define TESTS_SPIN_SCHEDULED_H

#include <stdint.h>

enum scheduled {
    SCHEDULED_ASK,     /* none: exits with what the choice gave */
    SCHEDULED_TWICE,   /* the same, of a second choice */
    SCHEDULED_AT_ONCE, /* two threads choose at once: exits with the sum of what that gave */
    SCHEDULED_ORDER,   /* three threads, with the hints 1 to 3, compute for a while: exits with the
                          order in which they were done, a hexadecimal digit each */
    SCHEDULED_LAYERED, /* the same by threads in user mode, who suspend themselves to wait */
    SCHEDULED_SERVE,   /* a thread that outranks two others serves under "sum" */
    SCHEDULED_CALL,    /* none: such a one calls that, and exits with how often it was right */
    SCHEDULED_SUSPEND, /* one thread is suspended and resumed by another that outranks it: exits
                          with 1 if it stood still meanwhile and no longer */
    SCHEDULED_COUNT,   /* ten threads count, and never stop */
    SCHEDULED_ALONE,   /* one does, without such a choice */
    SCHEDULED_WHERE    /* none: the address of what they count */
};

#define SCHEDULED_CALLS    100
#define SCHEDULED_IN_TURNS 0x1000 /* in an order: they took turns meanwhile */

uint64_t end_scheduled(enum scheduled how, const char *scheduler);

#endif
