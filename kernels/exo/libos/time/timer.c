/* SPDX-License-Identifier: MIT */
/* timer.c -- see timer.h. */
#include "exo/libos/time/timer.h"

#include "exo/defence.h"
#include "exo/libos/slice_hooks.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"

void timer_fires(void); /* timer_entry.S, which calls the other */
void timer_run(const struct slice_registers *interrupted);

static void (*handler)(void);

void timer_run(const struct slice_registers *interrupted) {
    const uint64_t stack = uarea->trap_stack;
    const bool leaving = slice_is_leaving(interrupted) && DEFENDED(LEAVING_TIMER);
    if (leaving)
        uarea->trap_stack = 0;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    uarea->timer_due = 0;
    handler();
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (leaving)
        uarea->trap_stack = stack;
}

static void slice_begins(struct slice_hook *self, struct slice_registers *interrupted) {
    (void)self;
    if (uarea->timer_due)
        timer_run(interrupted);
}

void timer_set(uint64_t at, void (*fn)(void)) {
    static struct slice_hook hook = {.fn = slice_begins};
    if (!handler)
        slice_on_begin(&hook);
    handler = fn;
    uarea->timer_entry = (uint64_t)timer_fires;
    exo_timer_set(at);
}
