/* SPDX-License-Identifier: MIT */
/* call_guard.bpf.c -- is this the system call that the handler is for? The dispatcher sees in it
 * two comparisons with constants of the closure, and finds the handler by the number. */
#include "spin/services/calls/call_guard.h"

call_guard_fn is_call;

__attribute__((section("guard"), used)) _Bool
is_call(const struct call *call, const struct trap_frame *f, const struct call_system *system) {
    return f->rax == call->number && system->number == call->system;
}
