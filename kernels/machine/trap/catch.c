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
    bool trapped = context_save(&c.context);
    if (!trapped) {
        t->catch = &c;
        fn(arg);
    } else {
        t->run = c.run;
        cpu_kernel_stack((void *)c.top);
        if (c.rflags & RFLAGS_IF)
            sti();
    }
    t->unpreemptible = c.unpreemptible; /* fn may have left by net_fail(), too */
    t->catch = c.outer;
    return trapped;
}
