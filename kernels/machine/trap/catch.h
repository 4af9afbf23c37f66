/* SPDX-License-Identifier: MIT */
/* catch.h -- a trap or a panic of a function comes back to its caller. */
#ifndef MACHINE_CATCH_H
#define MACHINE_CATCH_H

#include "machine/cpu/current.h"
#include "machine/cpu/x86.h"

/* Runs fn(arg). When it returns: false. When it takes an exception in kernel mode, or panics: true,
 * with the frame in *caught (vector TRAP_PANIC for a panic: its message is panic_message()). Its
 * regions (preempt.h) and its user_run are over then, and what was due in the regions happens; what
 * else fn left half done stays so. Nests.
 * A trap in a device's handler or in preemption's hook is not the interrupted thread's to catch: it
 * is a panic. */
bool trap_catch(struct trap_frame *caught, void (*fn)(void *arg), void *arg);

/* Goes back to the innermost trap_catch with this frame; returns where none is active. */
void trap_caught(const struct trap_frame *f);
bool trap_is_caught(void);

/* While a thread's catch is this one, a trap is nobody's to catch. */
extern struct catch catch_nobody;

/* What a thread is like at a place that a trap comes back to. */
struct trap_place {
    struct catch *catch;
    struct user_run *run;
    uint64_t top, rflags;
    union {
        struct {
            uint16_t unpreemptible, locks;
        };
        uint32_t holds;
    };
};

static inline void trap_place_note(struct trap_place *p) {
    const struct thread *t = thread_current();
    p->rflags = read_rflags();
    p->catch = t->catch;
    p->run = t->run;
    p->top = t->top;
    p->holds = t->holds;
}

/* What began since then is over: regions, user_run, catches; what was due in the regions happens,
 * and interrupts are on if they were. */
void trap_place_restore(const struct trap_place *p);

/* A module with landings of its own, cheaper than a catch, is asked first when the kernel has a
 * trap that is no panic, interrupts off: it lands, or returns where the trap is within none of its
 * landings that are more inward than thread_current()->catch. */
typedef void trap_land_fn(const struct trap_frame *f);
void trap_catch_within(trap_land_fn *land);

#endif
