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
#include "spin/core/space/trap_syscall.h"

struct call_handler {
    struct call call;
    trap_syscall_fn *handler;
};

/* Defines handle_NAME, which is given the registers f: this file's, or, declared in a header, one
 * of several systems. */
#define CALL_HANDLER(name) static CALL_HANDLER_OF_ALL(name)
#define CALL_HANDLER_OF_ALL(name)                                                                  \
    void handle_##name(struct trap_frame *f,                                                       \
                       __attribute__((unused)) const struct call_system *system)

/* An entry of a system's table of calls: by the handler that it is known by, and the call's name
 * behind PREFIX_CALL_. */
#define CALL_OF(system, prefix, name) {{(uintptr_t)(system), prefix##_CALL_##name}, handle_##name},

/* Steps of a change by the module of Trap.Syscall: each of these, which stay, handles its call,
 * under the guard, which is loaded for ever; a panic where that cannot be. */
void calls_handle(struct change *c, const struct call_handler *calls, size_t count);
#endif

#endif
