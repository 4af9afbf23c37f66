/* SPDX-License-Identifier: MIT */
/* call_guard.c -- see call_guard.h: the program, proven, with its types. */
#include "spin/services/calls/call_guard.h"

#include "common/engine.h"
#include "machine/report/panic.h"
#include "spin/services/loader/verified.h"

extern call_guard_fn *const call_guard_type; /* for its type, which the build takes from here */
call_guard_fn *const call_guard_type;

#ifndef EXPORTS_TYPES_ONLY

extern const uint8_t call_guard_types[], call_guard_types_end[], call_guard_object[],
    call_guard_object_end[];
__asm__(".pushsection .rodata\n.balign 16\n"
        "call_guard_types: .incbin \"exports/kernels/spin/services/calls/call_guard.btf\"\n"
        "call_guard_types_end: .balign 16\n"
        "call_guard_object: .incbin \"kernels/spin/services/calls/call_guard.clang-O2.o\"\n"
        "call_guard_object_end:\n.popsection");

/* Without its closure. */
static struct procedure load_guard(void) {
    static struct report why;
    static const struct typing_grant grants[] = {{.type = "call", .may = MAY_READ},
                                                 {.type = "trap_frame", .may = MAY_READ},
                                                 {.type = "call_system", .may = MAY_READ}};
    static struct types types;
    static struct kind_description description = {.kind = {.name = "guard",
                                                           .demands = BOUNDED | FUNCTIONAL,
                                                           .stack_max = EXTENSION_STACK_MAX},
                                                  .prototype = "call_guard_type",
                                                  .types = &types,
                                                  .grant = grants,
                                                  .grants = sizeof grants / sizeof grants[0]};
    static struct typing kind;
    static struct load load;
    const struct load_request request = {.name = "call_guard",
                                         .file = call_guard_object,
                                         .len = (size_t)(call_guard_object_end - call_guard_object),
                                         .as = &kind,
                                         .only = "is_call",
                                         .jit = &extension_jit}; /* it is the kernel's own */
    struct procedure guard;
    if (!types_open(
            &types, &engine_hooks,
            (struct bytes){call_guard_types, (size_t)(call_guard_types_end - call_guard_types)},
            &why) ||
        !typing_open(&kind, &engine_hooks, &description, &why) ||
        !load_open(&load, &engine_hooks, &request, &why) ||
        verified_guard(load.program, &kind, &guard))
        panic("call_guard_load: %s", why.text);
    return guard;
}

void calls_handle(struct change *c, const struct call_handler *calls, size_t count) {
    static struct procedure guard;
    if (!guard.entry)
        guard = load_guard();
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
