/* SPDX-License-Identifier: MIT */
/* trace.c -- see trace.h. Everything happens with interrupts off. */
#include "spin/services/calls/trace.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "spin/core/space/trap_syscall.h"

MODULE("Trace");

EVENT(syscall_traced, "Syscall.Traced", void,
      (unsigned long number, unsigned long a, unsigned long b, unsigned long c)) {
    (void)number, (void)a, (void)b, (void)c;
}

/* Which system its calls are of. */
static void set_system(struct address_space *space, address_space_handler *handler) {
    space->syscall = handler;
    space->system.number = (uintptr_t)handler;
}

static void traced(struct trap_frame *f) {
    struct address_space *space = address_space_current;
    syscall_traced(f->rax, f->rdi, f->rsi, f->rdx);
    set_system(space, space->traced);
    trap_syscall(f, space);
    if (space->traced)
        set_system(space, traced);
}

static bool anybody(void *unused, struct change_request *request) {
    (void)unused, (void)request;
    return true;
}

void trace_init(void) {
    event_authorize(THIS_MODULE, anybody);
}

/* The first time: the event has a strand from then on. */
static int prepare(void) {
    static bool prepared;
    struct change c;
    if (prepared)
        return 0;
    change_open(&c, THIS_MODULE, NULL);
    change_asynchronous(&c, &event_syscall_traced, TRACE_PENDING);
    int error = change_commit(&c);
    prepared = !error;
    return error;
}

int trace_begin(struct address_space *space) {
    int error = space->syscall == traced ? -E_EXISTS : prepare();
    if (error)
        return error;
    bool on = interrupts_off();
    space->traced = space->syscall;
    set_system(space, traced);
    interrupts_restore(on);
    return 0;
}

void trace_end(struct address_space *space) {
    bool on = interrupts_off();
    if (space->traced)
        set_system(space, space->traced);
    space->traced = NULL;
    interrupts_restore(on);
}
