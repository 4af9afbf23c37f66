/* SPDX-License-Identifier: MIT */
/* scheduler.h -- the global scheduler's choice: of those that can go on one of the highest priority
 * runs; those of one priority take turns, a quantum each. Who they are and how the processor gets
 * from one to another is strand.c's. All of it with interrupts off.
 *
 * The timer is armed when somebody has to wait for a quantum's end, and stopped when one ends whose
 * successor is alone: so a kernel of one strand is never interrupted, and what is measured in it
 * costs what it cost without strands. Two that block in turn do not set it each time. */
#ifndef SPIN_CORE_SCHEDULER_H
#define SPIN_CORE_SCHEDULER_H

#include "lib/list.h"

#include <stdint.h>

#define PRIORITIES     8 /* 0 to 7; the highest number first */
#define PRIORITY_USUAL 3

enum sched_state {
    SCHED_BLOCKED,
    SCHED_READY,   /* in the run queue */
    SCHED_RUNNING, /* on the processor */
    SCHED_ENDED,
    SCHED_SUSPENDED /* blocked, and stays so whoever unblocks it */
};

/* One that is scheduled; changed here alone. */
struct sched_entry {
    struct list link; /* of the run queue, in SCHED_READY */
    enum sched_state state;
    uint8_t priority;
    int16_t suspended; /* suspensions not taken back yet; below 0: taken back beforehand */
};

#define SUSPENDED_MAX 10000

#define SCHEDULER_QUANTUM_NS 10000000u

/* How long one runs while others of its priority wait: SCHEDULER_QUANTUM_NS, unless a test wants
 * the end elsewhere. */
extern uint64_t scheduler_quantum_ns;

/* What is done when no quantum's end is waited for any more: who has alarms of its own sets the
 * timer for these. */
extern void (*scheduler_stops_timer)(void);

/* This one has the processor. */
void scheduler_init(struct sched_entry *running);
void sched_entry_init(struct sched_entry *t, uint8_t priority);

/* Who has the processor, or had it last; the scheduler's to write. */
extern struct sched_entry *scheduler_current;

/* It can go on; nothing where it already can, or has ended. Who outranks the current one ends its
 * quantum: at once when interrupts are on, as this may be a device's handler. */
void scheduler_add(struct sched_entry *t);
/* It cannot go on. True: it is the current one, and scheduler_next() has to follow. */
bool scheduler_remove(struct sched_entry *t);
/* The same until scheduler_continue() was called as often, whoever unblocks it; it may have been
 * before. At most SUSPENDED_MAX more of one than of the other. */
bool scheduler_suspend(struct sched_entry *t);
/* A suspended one can go on: it may have been unblocked meanwhile, or not. */
void scheduler_continue(struct sched_entry *t);
/* The current one cannot go on, and this one, which could not, has the processor in its place, and
 * what is left of its quantum. */
void scheduler_hand_over(struct sched_entry *to);
/* The current one has ended, and scheduler_next() follows. */
void scheduler_end(void);
/* The current one waits for its next turn, and scheduler_next() follows. */
void scheduler_yield(void);
/* The current one's quantum ends as soon as it can be interrupted. */
void scheduler_end_quantum(void);
/* The timer interrupts the current one at the end of a quantum even where nobody waits for it. */
void scheduler_keep_time(void);
/* For a handler of Strand.Interrupted: the quantum lasts so much longer, unless one that outranks
 * the current one waits. */
void scheduler_extend_quantum(uint64_t ns);
/* The timer says that a quantum is over. True: the same. False: the current one goes on. */
bool scheduler_expire(void);

/* Who has the processor from now on. If nobody can go on this waits for an interrupt that makes one
 * ready, on the stack of who was current. */
struct sched_entry *scheduler_next(void);
/* False, at once: somebody else can go on. Otherwise waits for an interrupt on the current one's
 * behalf, with no quantum under way, and gives true. */
bool scheduler_wait_alone(void);

#endif
