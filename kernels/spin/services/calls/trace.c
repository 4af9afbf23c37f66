/* SPDX-License-Identifier: MIT */
/* trace.c -- see trace.h. */
#include "spin/services/calls/trace.h"

#include "lib/error.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/loader/loader.h"

MODULE("Trace");

EVENT(syscall_traced, "Syscall.Traced", void,
      (unsigned long number, unsigned long a, unsigned long b, unsigned long c)) {
    (void)number, (void)a, (void)b, (void)c;
}

static void traced(struct trap_frame *f) {
    syscall_traced(f->rax, f->rdi, f->rsi, f->rdx);
    trap_syscall(f, &address_space_current->own);
}

void trace_init(void) {
    event_open_to_all(&event_syscall_traced);
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
    int error = call_system_handler(&space->system) == traced ? -E_EXISTS : prepare();
    if (!error)
        space->system.number = (uintptr_t)traced;
    return error;
}

void trace_end(struct address_space *space) {
    space->system = space->own;
}
