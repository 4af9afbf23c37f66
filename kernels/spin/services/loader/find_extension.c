/* SPDX-License-Identifier: MIT */
/* find_extension.c -- what is loaded, found by name, place, module, or the address of its code. */
#include "spin/services/loader/loaded.h"

#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/thread/preempt.h"
#include "spin/services/loader/kinds.h"

static struct list extensions = LIST_INIT(extensions);

static void hold(void *reference) {
    reference_hold(reference);
}

static void release(void *reference) {
    reference_release(reference);
}

const struct name_type name_domain = {.name = "domain", .hold = hold, .release = release};

/* Interrupts' handlers look into the list, too (devices.c). */
void extension_is_listed(struct extension *e, bool listed) {
    bool on = interrupts_off();
    if (listed)
        list_push_back(&extensions, &e->link);
    else
        list_remove(&e->link);
    interrupts_restore(on);
}

typedef bool fits_fn(const struct extension *e, const void *what);

/* The first that fits, or null. Others come and go between walks, and not during one. */
static struct extension *find(fits_fn *fits, const void *what) {
    struct extension *found = NULL;
    preempt_disable();
    list_each(n, &extensions) {
        struct extension *e = container_of(n, struct extension, link);
        if (fits(e, what)) {
            found = e;
            break;
        }
    }
    preempt_enable();
    return found;
}

static bool is_named(const struct extension *e, const void *name) {
    return !e->private && strcmp(e->name, name) == 0;
}

struct extension *extension_named(const char *name) {
    return find(is_named, name);
}

struct extension *loader_find(const char *name) {
    struct extension *e = extension_named(name);
    return e && e->state == EXTENSION_LOADED ? e : NULL;
}

static bool is_after(const struct extension *e, const void *serial) {
    return e->serial > *(const uint64_t *)serial;
}

struct extension *loader_after(uint64_t *serial) {
    struct extension *e = find(is_after, serial);
    if (e)
        *serial = e->serial;
    return e;
}

static bool has_module(const struct extension *e, const void *module) {
    return &e->module == module;
}

uint64_t extension_serial(const struct module *module) {
    const struct extension *e = find(has_module, module);
    return e ? e->serial : 0;
}

static bool has_serial(const struct extension *e, const void *serial) {
    return e->serial == *(const uint64_t *)serial;
}

bool loader_has(uint64_t serial) {
    return find(has_serial, &serial);
}

static bool has_code_at(const struct extension *e, const void *address) {
    for (uint32_t n = 0; n < e->linked; n++) {
        const struct load *l = &e->object[e->order[n]].load;
        for (uint32_t i = 0; i < l->count; i++) {
            const struct code_memory *code = &l->program[i].image.code.memory;
            if ((uintptr_t)address - (uintptr_t)code->run < code->bytes)
                return true;
        }
    }
    return false;
}

struct extension *loader_owner(uintptr_t address) {
    return find(has_code_at, (const void *)address);
}

const char *extension_name(const struct extension *e) {
    return e->name;
}

struct module *extension_module(struct extension *e) {
    return &e->module;
}

void extension_hold(struct extension *e, bool held) {
    e->held += held ? 1u : -1u;
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

bool extension_is_needed(const struct extension *e) {
    return e->held || (e->interface && domain_is_bound(e->interface));
}

bool extension_is_idle(const struct extension *e) {
    return e->state == EXTENSION_LOADED && !extension_is_needed(e) && !e->procedures;
}
