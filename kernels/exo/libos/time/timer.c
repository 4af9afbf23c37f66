/* SPDX-License-Identifier: MIT */
/* timer.c -- see timer.h. */
#include "exo/libos/time/timer.h"

#include "exo/libos/slice_hooks.h"
#include "exo/libos/stubs.h"
#include "exo/libos/uarea.h"

void timer_fires(void), timer_run(void); /* timer_entry.S, which calls the other */

static void (*handler)(void);

void timer_run(void) {
    uarea->timer_due = 0;
    handler();
}

static void slice_begins(struct slice_hook *self, struct slice_registers *interrupted) {
    (void)self, (void)interrupted;
    if (uarea->timer_due)
        timer_run();
}

void timer_set(uint64_t at, void (*fn)(void)) {
    static struct slice_hook hook = {.fn = slice_begins};
    if (!handler)
        slice_on_begin(&hook);
    handler = fn;
    uarea->timer_entry = (uint64_t)timer_fires;
    exo_timer_set(at);
}
