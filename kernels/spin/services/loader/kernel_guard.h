/* SPDX-License-Identifier: MIT */
/* kernel_guard.h -- guards that the kernel imposes itself: verified programs, as extensions' are,
 * in an object that lies in its image, with the types that they are judged by. So the dispatcher
 * sees in them what it sees in others': a comparison, not a call. */
#ifndef SPIN_LOADER_KERNEL_GUARD_H
#define SPIN_LOADER_KERNEL_GUARD_H

#include "engine/load.h"
#include "spin/core/dispatch/binding/procedure.h"
#include "spin/core/extension.h"

struct kernel_guards {
    const char *name; /* of the object, for a panic */
    const uint8_t *types, *types_end, *object, *object_end;
    struct kind_description description; /* of all its programs */

    bool loaded;
    struct types known;
    struct typing kind;
    struct load load;
};

/* Defines `id`s: the programs of SOURCE, a path without .bpf.c, which are of the type of the
 * constant `id`_type of SOURCE.c and may do this with what arguments lead to. */
#define KERNEL_GUARDS(id, source, grants_)                                                         \
    extern const uint8_t id##_types[], id##_types_end[], id##_object[], id##_object_end[];         \
    __asm__(".pushsection .rodata\n.balign 16\n" #id "_types: .incbin \"exports/" source           \
            ".btf\"\n" #id "_types_end: .balign 16\n" #id "_object: .incbin \"" source             \
            ".clang-O2.o\"\n" #id "_object_end:\n.popsection");                                    \
    static struct kernel_guards id##s = {                                                          \
        .name = #id,                                                                               \
        .types = id##_types,                                                                       \
        .types_end = id##_types_end,                                                               \
        .object = id##_object,                                                                     \
        .object_end = id##_object_end,                                                             \
        .description = {.kind = {.name = "guard",                                                  \
                                 .demands = BOUNDED | FUNCTIONAL,                                  \
                                 .stack_max = EXTENSION_STACK_MAX},                                \
                        .prototype = #id "_type",                                                  \
                        .types = &id##s.known,                                                     \
                        .grant = (grants_),                                                        \
                        .grants = sizeof(grants_) / sizeof *(grants_)}}

/* The program of this name as a guard, without its closure. The object is loaded at the first call,
 * for ever. It is the kernel's own: where it is refused, a panic. */
struct procedure kernel_guard(struct kernel_guards *of, const char *program);

#endif
