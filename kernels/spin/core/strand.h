/* SPDX-License-Identifier: MIT */
/* strand.h -- a strand: a processor's context with no meaning of its own (Bershad et al., SOSP '95,
 * 4.2). What a thread is, how threads wait for each other and what they are told is the business of
 * thread packages, which make strands and handle their events. Four events go between a package and
 * who gives out the processor:
 *
 *     Block, Unblock        tell the scheduler that a strand cannot, or can, go on
 *     Checkpoint, Resume    tell the package that a strand leaves, or has, the processor
 *
 * The intrinsic handlers of Block and Unblock are the global scheduler (scheduler.h), those of the
 * others do nothing. Other modules may install handlers; each hears of the strands alone that it
 * made (docs/spin/threads.md, "The life of a strand"). */
#ifndef SPIN_CORE_STRAND_H
#define SPIN_CORE_STRAND_H

#include "machine/thread/thread.h"
#include "spin/core/event.h"
#include "spin/core/scheduler.h"

/* The memory of who makes it, until it has ended. Changed by strand.c alone, interrupts off. */
struct strand {
    struct sched_entry sched;
    struct thread *thread;
    struct module *package;          /* who made it, and may handle its events */
    struct account *account, *payer; /* charged for it; for its time, where there is one */
    struct group_member *member;     /* what a stacked scheduler's group has of it, or null */
    void (*fn)(void *arg);
    void *arg;
};

/* From now on it does not go on, until Unblock. Of the current strand: comes back then, and
 * whoever waits for something looks, with interrupts off, whether it is there, again and again:
 * others may raise Unblock, too. Not of the current strand in a device's handler or in a region
 * of preempt.h. */
EVENT_DECLARE(strand_block, void, (struct strand * s));
/* It can go on; of one that already can, or has ended, nothing. From anywhere, devices' handlers
 * too. */
EVENT_DECLARE(strand_unblock, void, (struct strand * s));
/* Both are raised by the scheduler, on the strand's own stack, interrupts off: before it leaves the
 * processor for a while, and when it has it again, or first. They may not raise Block. */
EVENT_DECLARE(strand_checkpoint, void, (struct strand * s));
EVENT_DECLARE(strand_resume, void, (struct strand * s));
/* The timer has interrupted it: on its stack, interrupts off. It may be ended here, by
 * strand_exit(), after Cut, whose handlers wake who waits for it; what it held stays held. */
EVENT_DECLARE(strand_interrupted, void, (struct strand * s));
EVENT_DECLARE(strand_cut, void, (struct strand * s));

extern const struct thread *changer; /* who has the lock (dispatcher.h) and may not end; or null */

/* What runs from here on is this strand, of this package; others can be made. */
void strand_init(struct strand *running, struct module *package);

/* A blocked one that will run fn(arg), interrupts on, as the subject that the current one acts for,
 * and ends when that returns. 0; -E_NO_MEMORY: there is no stack; -E_QUOTA: the package has as many
 * as it may; -E_INVALID: package is no module, or there is no such priority. */
int strand_create(struct strand *s, struct module *package, unsigned priority,
                  void (*fn)(void *arg), void *arg);
/* Takes a blocked one back that does not run again. Nothing is under way on its stack, as for
 * thread_free. */
void strand_free(struct strand *s);

struct strand *strand_current(void);

/* The current strand blocks, and this one, blocked and of the same package, goes on at once: what
 * Block of the one and Unblock of the other come to, without a choice in between. Comes back as
 * Block does. Interrupts are off. */
void strand_hand_over(struct strand *to);

/* For its package. It does not go on, whoever unblocks it, until it was continued as often as
 * suspended: before or after that, in whatever order. Of the current one suspend comes back then;
 * of one that waits continue is an Unblock, too. One that changes what is bound does so first. */
void strand_suspend(struct strand *s);
void strand_continue(struct strand *s);
/* Takes all suspensions back. */
void strand_release(struct strand *s);

/* The current one lets others of its priority go first. */
void strand_yield(void);

/* Ends the current one: its memory is its package's again once another strand runs. Nothing may be
 * under way on its stack, as for thread_exit. */
_Noreturn void strand_exit(void);

#endif
