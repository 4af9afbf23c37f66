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
    struct catch *outer;
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

bool trap_catch(struct trap_frame *caught, void (*fn)(void *arg), void *arg) {
    struct thread *t = thread_current();
    struct catch c = {.frame = caught, .rflags = read_rflags(), .outer = t->catch};
    bool trapped = context_save(&c.context);
    if (!trapped) {
        t->catch = &c;
        fn(arg);
    } else if (c.rflags & RFLAGS_IF) {
        sti();
    }
    t->catch = c.outer;
    return trapped;
}
