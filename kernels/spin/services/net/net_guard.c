/* SPDX-License-Identifier: MIT */
/* net_guard.c -- see net_guard.h: the programs, proven, with their types. */
#include "spin/services/net/net_guard.h"

#include "common/engine.h"
#include "machine/report/panic.h"
#include "spin/services/loader/verified.h"

extern net_guard_fn *const net_guard_type; /* for its type, which the build takes from here */
net_guard_fn *const net_guard_type;

#ifndef EXPORTS_TYPES_ONLY

extern const uint8_t net_guard_types[], net_guard_types_end[], net_guard_object[],
    net_guard_object_end[];
__asm__(".pushsection .rodata\n.balign 16\n"
        "net_guard_types: .incbin \"exports/kernels/spin/services/net/net_guard.btf\"\n"
        "net_guard_types_end: .balign 16\n"
        "net_guard_object: .incbin \"kernels/spin/services/net/net_guard.clang-O2.o\"\n"
        "net_guard_object_end:\n.popsection");

static struct typing *guard_kind(void) {
    static struct report why;
    static const struct typing_grant grants[] = {{.type = "key_range", .may = MAY_READ}};
    static struct types types;
    static struct kind_description description = {.kind = {.name = "guard",
                                                           .demands = BOUNDED | FUNCTIONAL,
                                                           .stack_max = EXTENSION_STACK_MAX},
                                                  .prototype = "net_guard_type",
                                                  .types = &types,
                                                  .grant = grants,
                                                  .grants = sizeof grants / sizeof grants[0]};
    static struct typing kind;
    if (!types_open(
            &types, &engine_hooks,
            (struct bytes){net_guard_types, (size_t)(net_guard_types_end - net_guard_types)},
            &why) ||
        !typing_open(&kind, &engine_hooks, &description, &why))
        panic("net_guard: %s", why.text);
    return &kind;
}

/* Both programs are loaded for ever. */
static const struct load *load_guards(const struct typing **kind) {
    static struct report why;
    static struct load load;
    static struct typing *as;
    if (!as) {
        as = guard_kind();
        const struct load_request request = {.name = "net_guard",
                                             .file = net_guard_object,
                                             .len =
                                                 (size_t)(net_guard_object_end - net_guard_object),
                                             .as = as,
                                             .jit = &extension_jit};
        if (!load_open(&load, &engine_hooks, &request, &why))
            panic("net_guard: %s", why.text);
    }
    *kind = as;
    return &load;
}

struct procedure net_guard(struct key_range *mine, void (*release)(void *mine)) {
    const struct typing *kind;
    struct load *load = (struct load *)load_guards(&kind);
    struct procedure guard;
    if (verified_guard(load_program(load, mine->low == mine->high ? "is_key" : "is_in_range"), kind,
                       &guard))
        panic("net_guard: it may not be called");
    guard.has_closure = true;
    guard.closure = mine;
    guard.constant = sizeof *mine;
    guard.release = release;
    return guard;
}

#endif
