/* SPDX-License-Identifier: MIT */
/* nap.c -- waiting for a signal, or for a time. */
#include "exo/libos/exos/process/nap.h"

#include "exo/libos/exos/exos.h"
#include "exo/libos/exos/process/alarm.h"
#include "exo/libos/time/clock.h"
#include "exo/libos/exos/process/hooks.h"
#include "exo/libos/exos/process/process.h"
#include "exo/libos/exos/process/signal.h"
#include "lib/error.h"

/* What is composed here holds as soon as a signal comes after it was: whoever asks `handled`
 * between that and the sleep misses none. */
static void add_wakes(struct sum *s) {
    const struct process *self = process_self();
    if (self) {
        sum_term(s, TERM_NE, sum_variable(s, &self->wakes), TERM_CONSTANT, self->wakes);
        sum_end(s, HOOKS_TAG);
    }
    alarm_wakes(s, HOOKS_TAG);
}

static void look(void) {
    signals_hold();
    alarm_look();
    signals_release();
}

/* Until `when`, if that is not 0, or until a handler has run after so many had: -E_INTERRUPTED. */
static long nap(uint64_t when, uint64_t handled) {
    struct exos_own *own = exos_own();
    while (own->handled == handled) {
        struct sum s = {.terms = 0};
        uint64_t tag;
        if (when && clock_now() >= when)
            return 0;
        if (when)
            sum_from(&s, when, HOOKS_TAG);
        hooks_wakes(&s);
        if (own->handled == handled && sum_sleep(&s, &tag))
            process_pass(); /* nothing would wake it: it has no slices of its own */
        hooks_woken();
    }
    return -E_INTERRUPTED;
}

long exos_sleep(uint64_t ns) {
    return env_info()->tsc_hz ? nap(clock_now() + clock_ticks(ns), exos_own()->handled)
                              : -E_NOT_FOUND;
}

long exos_sigsuspend(uint64_t masked) {
    uint64_t handled = exos_own()->handled, before = exos_sigmask(masked);
    nap(0, handled);
    exos_sigmask(before);
    return -E_INTERRUPTED;
}

void nap_begin(void) {
    static struct process_hooks hooks = {.wakes = add_wakes, .woken = look};
    hooks_add(&hooks);
}
