/* SPDX-License-Identifier: MIT */
/* interrupt_flag.h -- a stretch with interrupts off, within another one or not. */
#ifndef MACHINE_INTERRUPT_FLAG_H
#define MACHINE_INTERRUPT_FLAG_H

#include "machine/cpu/x86.h"

#include <stdbool.h>

/* Gives what interrupts_restore() takes: whether they were on. */
static inline bool interrupts_off(void) {
    bool on = read_rflags() & RFLAGS_IF;
    cli();
    return on;
}

static inline void interrupts_restore(bool on) {
    if (on)
        sti();
}

#endif
