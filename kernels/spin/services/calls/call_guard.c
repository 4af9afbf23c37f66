/* SPDX-License-Identifier: MIT */
/* call_guard.c -- see call_guard.h. */
#include "spin/services/calls/call_guard.h"

#include "spin/services/loader/kernel_guard.h"

extern call_guard_fn *const call_guard_type; /* for its type, which the build takes from here */
call_guard_fn *const call_guard_type;

#ifndef EXPORTS_TYPES_ONLY

static const struct typing_grant grants[] = {{.type = "call", .may = MAY_READ},
                                             {.type = "trap_frame", .may = MAY_READ},
                                             {.type = "call_system", .may = MAY_READ}};
KERNEL_GUARDS(call_guard, "kernels/spin/services/calls/call_guard", grants);

void calls_handle(struct change *c, const struct call_handler *calls, size_t count) {
    struct procedure guard = kernel_guard(&call_guards, "is_call");
    guard.has_closure = true;
    guard.constant = sizeof(struct call);
    for (size_t i = 0; i < count; i++) {
        guard.closure = (void *)&calls[i].call;
        const struct handler_request request = {.handler =
                                                    EVENT_HANDLER(trap_syscall, calls[i].handler),
                                                .guard = guard,
                                                .flags = BINDING_CANCEL};
        change_install(c, &event_trap_syscall, &request, NULL);
    }
}

#endif
