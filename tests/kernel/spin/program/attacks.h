/* SPDX-License-Identifier: MIT */
/* attacks.h -- what spin's program `attacker` does, by its first argument: 0 to HOSTILE_COUNT - 1
 * are the cases of hostile.h; these come behind. */
#ifndef TESTS_SPIN_ATTACKS_H
#define TESTS_SPIN_ATTACKS_H

#include "../../hostile.h"

enum attack {
    ATTACK_EXIT = HOSTILE_COUNT, /* none: exits with its second argument */
    ATTACK_CALL,                 /* none: exits with what the call of that number gave */
    ATTACK_STACK_OVERFLOW,       /* recursion without end */
    ATTACK_COUNT_WORDS,          /* none: exits with the length of the words it is told */
    ATTACK_EXIT_BADLY,           /* asks to exit with its stack pointer in the kernel */
    ATTACK_RANDOM_CALLS,         /* random system calls by the seed in its second argument */
    ATTACK_READ,                 /* none: exits with the word at its second argument */
    ATTACK_WRITE,                /* none: the same, one added to it in memory first */
    ATTACK_LOOP,                 /* never stops, and calls nothing */
    ATTACK_OWN_WORD, /* none: writes its second argument down, looks at it over and over,
                        and exits with it, or with another word that it saw */
    ATTACK_SERVE,    /* serves under the name of its words; its calls end as enum serves says by its
                        second argument */
    ATTACK_CROSS,    /* none: calls the service of that name, and exits with the reply */
    ATTACK_CROSS_NUMBER, /* the same by a number, its second argument */
    ATTACK_REPLY,        /* replies though it serves nobody, and exits with what that gave */
    ATTACK_THREADS,      /* has threads, and ends as enum threads_end says by its second argument */
    ATTACK_RANDOM_THREADS, /* random operations on threads by the seed in its second argument */
    ATTACK_REGIONS,        /* none: its threads are in each other's way as enum regions says */
    ATTACK_SCHEDULED,      /* none: its threads have the scheduler that its words name, and do
                              what enum scheduled (scheduled.h) says by its second argument */
    ATTACK_EXTEND,         /* none: asks for the extension that its words name, and exits with
                              what the call of that number gave */
    ATTACK_EXTEND_ONLY     /* the same, and exits with what the asking gave; its second
                              argument, unless 0, is where the name is said to lie */
};

/* How a service ends its calls. */
enum serves {
    SERVES_SUM,   /* replies with the sum of the arguments, or with 0 if it found more than these */
    SERVES_FAULT, /* by a fault */
    SERVES_NEVER, /* not at all */
    SERVES_SELF,  /* replies with what a call of itself gave */
    SERVES_BESIDE /* as SERVES_SUM, while a thread of its own tries to reply and to serve, too */
};

/* What its threads do when it ends. */
enum threads_end {
    THREADS_LOOP,          /* never stop */
    THREADS_WAIT,          /* wait in the kernel */
    THREADS_JOIN,          /* wait for each other's end */
    THREADS_SUSPENDED,     /* are suspended */
    THREADS_FAULT,         /* one faults, and the first waits for it */
    THREADS_FAULT_LAYERED, /* the same by the package in user mode */
    THREADS_DESTROY,       /* were destroyed while they waited in the kernel */
    THREADS_STUCK,         /* loop; the first waits for ever */
    THREADS_STUCK_LAYERED,
    THREADS_ASK /* none: another than the first asked for their second package */
};

#define THREADS_STATUS 4712

/* Two threads, and where they shall not be interrupted; what the process exits with. */
enum regions {
    REGIONS_SEQUENCE, /* both add to a word, in a sequence that is no region: the word */
    REGIONS_RESTART,  /* the same as a restartable sequence */
    REGIONS_WHERE,    /* the address of that sequence */
    REGIONS_FLAG,     /* one sets and clears a flag: how often the other one saw it */
    REGIONS_KEEP,     /* the same in a region that keeps the processor */
    REGIONS_FOREVER   /* one never leaves that region: 1 */
};

#define REGIONS_ROUNDS 2000 /* additions of each thread */

#define CROSS_ARGUMENTS 100, 20, 3
#define CROSS_SUM       123

#endif
