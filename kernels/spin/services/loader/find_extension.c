/* SPDX-License-Identifier: MIT */
/* find_extension.c -- what is loaded, found by name, place, module, or the address of its code. */
#include "spin/services/loader/loaded.h"

#include "lib/string.h"
#include "spin/services/loader/kinds.h"

struct list extensions = LIST_INIT(extensions);

struct extension *extension_named(const char *name) {
    list_each(n, &extensions) {
        struct extension *e = extension_of(n);
        if (!e->private && strcmp(e->name, name) == 0)
            return e;
    }
    return NULL;
}

struct extension *loader_find(const char *name) {
    struct extension *e = extension_named(name);
    return e && e->state == EXTENSION_LOADED ? e : NULL;
}

struct extension *loader_at(unsigned i) {
    list_each(n, &extensions) if (!i--) return extension_of(n);
    return NULL;
}

const char *extension_name(const struct extension *e) {
    return e->name;
}

struct module *extension_module(struct extension *e) {
    return &e->module;
}

uint64_t extension_serial(const struct module *module) {
    list_each(n, &extensions) if (&extension_of(n)->module == module) return extension_of(n)
        ->serial;
    return 0;
}

bool loader_has(uint64_t serial) {
    list_each(n, &extensions) if (extension_of(n)->serial == serial) return true;
    return false;
}

const struct load_program *extension_program(const struct extension *e, const char *name) {
    for (uint32_t n = 0; n < e->linked; n++) {
        const struct load_program *p =
            load_program((struct load *)&e->object[e->order[n]].load, name);
        if (p)
            return p;
    }
    return NULL;
}

bool extension_can_call(const struct load_program *program) {
    const struct event *event;
    return kind_role(program->kind, &event) == ROLE_FUNCTION &&
           program->image.signature.parameter[0].kind == SHAPE_NONE;
}

bool extension_is_idle(const struct extension *e) {
    return e->state == EXTENSION_LOADED && !domain_is_bound(e->interface) && !e->procedures;
}

static bool has_code_at(const struct extension *e, uintptr_t address) {
    for (uint32_t n = 0; n < e->linked; n++) {
        const struct load *l = &e->object[e->order[n]].load;
        for (uint32_t i = 0; i < l->count; i++) {
            const struct code_memory *code = &l->program[i].image.code.memory;
            if (address - (uintptr_t)code->run < code->bytes)
                return true;
        }
    }
    return false;
}

struct extension *loader_owner(uintptr_t address) {
    list_each(n, &extensions) if (has_code_at(extension_of(n), address)) return extension_of(n);
    return NULL;
}
