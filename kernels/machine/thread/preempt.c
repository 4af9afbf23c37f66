/* SPDX-License-Identifier: MIT */
/* preempt.c -- see preempt.h. */
#include "machine/thread/preempt.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/device/apic.h"
#include "machine/report/panic.h"
#include "machine/trap/catch.h"
#include "machine/trap/trap.h"

static preempt_fn *preempt;

/* What the hook does wrong is not the thread's to catch: it would leave by the thread's catch, and
 * the choice of the next thread would stay half done. */
static inline void ask(struct thread *t) {
    struct catch *catch = t->catch;
    t->catch = &catch_nobody;
    preempt();
    t->catch = catch;
}

/* May come at any instruction but in the regions that preempt.h tells of. */
static void tick(struct trap_frame *f) {
    struct thread *t = thread_current();
    apic_eoi();
    if (!t->unpreemptible) {
        ask(t);
        return;
    }
    assert_that(!trap_from_user(f));
    t->preempt_due = true;
}

/* Where interrupts are off, in a device's handler perhaps, nobody may be switched to: the APIC
 * keeps the timer's interrupt until they are on. */
void preempt_late(void) {
    struct thread *t = thread_current();
    bool on = interrupts_off();
    bool due = t->preempt_due && preempt; /* unless a handler's region has just asked */
    t->preempt_due = false;
    if (due && on)
        ask(t);
    else if (due)
        apic_send(0, APIC_SEND_SELF | TRAP_TIMER);
    interrupts_restore(on);
}

preempt_fn *preempt_init(preempt_fn *hook) {
    preempt_fn *before = preempt;
    preempt = hook;
    trap_handle(TRAP_TIMER, hook ? tick : NULL);
    return before;
}
