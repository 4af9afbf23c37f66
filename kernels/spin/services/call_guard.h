/* SPDX-License-Identifier: MIT */
/* call_guard.h -- the guard of a system call (call_guard.bpf.c): for its compiler, and for the
 * kernel that installs it. */
#ifndef SPIN_SERVICES_CALL_GUARD_H
#define SPIN_SERVICES_CALL_GUARD_H

#include "machine/cpu/trap_frame.h"
#include "spin/core/space/call_system.h"

/* Which call it is. */
struct call {
    unsigned long system, number;
};

typedef _Bool call_guard_fn(const struct call *call, const struct trap_frame *f,
                            const struct call_system *system);

#ifndef __BPF__
#include "spin/core/dispatch/binding/procedure.h"

/* The guard, without its closure, which is a struct call. Loaded for ever; panics where that
 * cannot be. To be called once. */
struct procedure call_guard_load(void);
#endif

#endif
