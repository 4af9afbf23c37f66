/* SPDX-License-Identifier: MIT */
/* kernel_guard.c -- see kernel_guard.h. */
#include "spin/services/loader/kernel_guard.h"

#include "common/engine.h"
#include "machine/report/panic.h"
#include "spin/services/loader/verified.h"

static struct bytes between(const uint8_t *at, const uint8_t *end) {
    return (struct bytes){at, (size_t)(end - at)};
}

static void load(struct kernel_guards *of) {
    static struct report why;
    const struct bytes object = between(of->object, of->object_end);
    const struct load_request request = {.name = of->name,
                                         .file = object.at,
                                         .len = object.len,
                                         .as = &of->kind,
                                         .jit = &extension_jit};
    if (!types_open(&of->known, &engine_hooks, between(of->types, of->types_end), &why) ||
        !typing_open(&of->kind, &engine_hooks, &of->description, &why) ||
        !load_open(&of->load, &engine_hooks, &request, &why))
        panic("%s: %s", of->name, why.text);
    of->loaded = true;
}

struct procedure kernel_guard(struct kernel_guards *of, const char *program) {
    struct procedure guard;
    if (!of->loaded)
        load(of);
    if (verified_guard(load_program(&of->load, program), &of->kind, &guard))
        panic("%s: %s is no guard", of->name, program);
    return guard;
}
