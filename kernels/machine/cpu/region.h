/* SPDX-License-Identifier: MIT */
/* region.h -- regions in which a thread keeps the processor (thread/preempt.h says what that
 * means), for the folders below thread/ too. */
#ifndef MACHINE_REGION_H
#define MACHINE_REGION_H

#include "machine/cpu/current.h"

static inline void preempt_disable(void) {
    thread_current()->unpreemptible++;
    __asm__ volatile("" : : : "memory");
}

/* Asks the hook now, or once interrupts are on: thread/preempt.c's. */
void preempt_late(void);

static inline void preempt_enable(void) {
    struct thread *t = thread_current();
    __asm__ volatile("" : : : "memory");
    if (--t->unpreemptible == 0 && t->preempt_due)
        preempt_late();
}

#endif
