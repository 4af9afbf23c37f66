/* SPDX-License-Identifier: MIT */
/* preempt.c -- see preempt.h. */
#include "machine/thread/preempt.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/device/apic.h"
#include "machine/report/panic.h"
#include "machine/trap/trap.h"

static void (*preempt)(void);

/* May come at any instruction but in the regions that preempt.h tells of. */
static void tick(struct trap_frame *f) {
    struct thread *t = thread_current();
    apic_eoi();
    if (!t->unpreemptible) {
        preempt();
        return;
    }
    assert_that(!trap_from_user(f));
    t->preempt_due = true;
}

void preempt_init(void (*hook)(void)) {
    preempt = hook;
    trap_handle(TRAP_TIMER, hook ? tick : NULL);
}

void preempt_late(void) {
    bool on = interrupts_off();
    thread_current()->preempt_due = false;
    if (preempt)
        preempt();
    interrupts_restore(on);
}
