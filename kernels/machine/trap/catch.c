/* SPDX-License-Identifier: MIT */
/* catch.c -- see catch.h. */
#include "machine/trap/catch.h"

#include "machine/cpu/context.h"
#include "machine/cpu/region.h"
#include "machine/cpu/x86.h"
#include "machine/cpu/x86_bits.h"

#include <stddef.h>

struct catch {
    struct context context;
    struct trap_frame *frame;
    struct trap_place place;
};

struct catch catch_nobody;

static trap_land_fn *land_within;

void trap_catch_within(trap_land_fn *land) {
    land_within = land;
}

bool trap_is_caught(void) {
    const struct catch *c = thread_current()->catch;
    return c && c != &catch_nobody;
}

void trap_caught(const struct trap_frame *f) {
    struct catch *c = thread_current()->catch;
    if (land_within && f->vector != TRAP_PANIC)
        land_within(f);
    if (!trap_is_caught())
        return;
    *c->frame = *f;
    context_load(&c->context);
}

/* The regions that began within are over, and with the outermost one what was due in it happens. */
static __attribute__((noinline, cold)) void end_regions(struct thread *t, unsigned left) {
    t->unpreemptible = left;
    if (!left && t->preempt_due)
        preempt_late();
}

static inline void leave(struct thread *t, const struct trap_place *p) {
    if (t->unpreemptible != p->unpreemptible) /* by a trap, or by net_fail() */
        end_regions(t, p->unpreemptible);
    t->catch = p->catch;
}

void trap_place_restore(const struct trap_place *p) {
    struct thread *t = thread_current();
    t->run = p->run;
    cpu_kernel_stack((void *)p->top);
    leave(t, p);
    if (p->rflags & RFLAGS_IF)
        sti();
}

/* Set field by field: a context needs no zeros, which would cost more than all else. */
bool trap_catch(struct trap_frame *caught, void (*fn)(void *arg), void *arg) {
    struct thread *t = thread_current();
    struct catch c;
    c.frame = caught;
    trap_place_note(&c.place);
    if (context_save(&c.context) == 0) {
        t->catch = &c;
        fn(arg);
        leave(t, &c.place);
        return false;
    }
    trap_place_restore(&c.place);
    return true;
}
