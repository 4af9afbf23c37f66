/* SPDX-License-Identifier: MIT */
/* module.c -- see module.h. */
#include "spin/core/dispatch/binding/module.h"

#include "engine/assert.h"

/* Of this address alone, and of nothing that lies in memory by chance. */
static uint64_t seal_of(const struct module *module) {
    return (uint64_t)(uintptr_t)module ^ 0x9e3779b97f4a7c15;
}

bool module_exists(const struct module *module) {
    return module && module->seal == seal_of(module);
}

void module_add(struct module *module) {
    if (module_exists(module))
        return;
    list_init(&module->bindings);
    module->seal = seal_of(module);
}

void module_remove(struct module *module) {
    ENGINE_ASSERT(list_empty(&module->bindings), "%s has bindings", module->name);
    module->seal = 0;
}
