/* SPDX-License-Identifier: MIT */
/* native.c -- loads a signed native object: each part in its turn, and everything back if one of
 * them refuses. */
#include "engine/native.h"

#include "engine/native_envelope.h"
#include "engine/native/internal.h"
#include "lib/string.h"

bool native_open_object(struct native *native, const struct native_load *with, struct bytes object,
                        struct report *why) {
    struct loading load = {.native = native, .with = with, .why = why, .object = object};
    if (native_read_sections(&load) && native_read_symbols(&load) && native_read_types(&load) &&
        native_bind_names(&load) && native_place_sections(&load) && native_relocate(&load) &&
        native_list_functions(&load)) {
        with->hooks->code_seal(with->hooks->owner, &native->code);
        return true;
    }
    native_close(native);
    return false;
}

bool native_open(struct native *native, const struct native_load *with, const void *file,
                 size_t len, struct report *why) {
    struct bytes object;
    *native = (struct native){.arena = {.hooks = with->hooks}};
    return native_envelope_open((struct bytes){file, len}, with->key, with->kind, &object, why) &&
           native_open_object(native, with, object, why);
}

void native_close(struct native *native) {
    const struct hooks *hooks = native->arena.hooks;
    if (native->code.run)
        hooks->code_unmap(hooks->owner, &native->code);
    if (native->data)
        hooks->data_unmap(hooks->owner, native->data, native->data_bytes);
    while (native->bound_count > 0)
        domain_unbind(native->bound[--native->bound_count]);
    arena_release(&native->arena);
    *native = (struct native){.arena = {.hooks = hooks}};
}

const struct native_function *native_function_named(const struct native *native, const char *name) {
    for (uint32_t i = 0; i < native->function_count; i++)
        if (strcmp(native->function[i].name, name) == 0)
            return &native->function[i];
    return NULL;
}
