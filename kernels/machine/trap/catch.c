/* SPDX-License-Identifier: MIT */
/* catch.c -- see catch.h. */
#include "machine/trap/catch.h"

#include "machine/cpu/context.h"
#include "machine/cpu/current.h"
#include "machine/cpu/x86.h"
#include "machine/cpu/x86_bits.h"

#include <stddef.h>

struct catch {
    struct context context;
    struct trap_frame *frame;
    uint64_t rflags;
    /* The thread's, as they were: */
    struct catch *outer;
    struct user_run *run;
    uint64_t top;
    uint16_t unpreemptible;
};

static void (*ask_late)(void);

void trap_catch_due(void (*fn)(void)) {
    ask_late = fn;
}

bool trap_is_caught(void) {
    return thread_current()->catch;
}

void trap_caught(const struct trap_frame *f) {
    struct catch *c = thread_current()->catch;
    if (!c)
        return;
    *c->frame = *f;
    context_load(&c->context);
}

/* The regions that began within are over, and with the outermost one what was due in it happens. */
static __attribute__((noinline, cold)) void end_regions(struct thread *t, unsigned left) {
    t->unpreemptible = left;
    if (!left && t->preempt_due)
        ask_late();
}

static inline void leave(struct thread *t, const struct catch *c) {
    if (t->unpreemptible != c->unpreemptible) /* by a trap, or by net_fail() */
        end_regions(t, c->unpreemptible);
    t->catch = c->outer;
}

/* Set field by field: a context needs no zeros, which would cost more than all else. */
bool trap_catch(struct trap_frame *caught, void (*fn)(void *arg), void *arg) {
    struct thread *t = thread_current();
    struct catch c;
    c.frame = caught;
    c.rflags = read_rflags();
    c.outer = t->catch;
    c.run = t->run;
    c.top = t->top;
    c.unpreemptible = t->unpreemptible;
    if (context_save(&c.context) == 0) {
        t->catch = &c;
        fn(arg);
        leave(t, &c);
        return false;
    }
    t->run = c.run;
    cpu_kernel_stack((void *)c.top);
    leave(t, &c);
    if (c.rflags & RFLAGS_IF)
        sti();
    return true;
}
