/* SPDX-License-Identifier: MIT */
/* space.c -- see space.h. */
#include "machine/thread/space.h"

#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"
#include "machine/thread/switch_words.h"

static thread_space_fn *load;

void thread_spaces_init(thread_space_fn *fn) {
    load = fn;
}

/* No switch may come between what the thread says and what the processor has. */
void thread_set_space(struct thread *t, void *space) {
    bool on = interrupts_off();
    assert_that(load);
    t->space = space;
    switch_words_set(t, t->leave & SWITCH_REGISTERS);
    if (t == thread_current())
        load(space);
    interrupts_restore(on);
}

void space_switch(const struct thread *from, const struct thread *to) {
    if (from->space != to->space)
        load(to->space);
}
