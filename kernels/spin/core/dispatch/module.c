/* SPDX-License-Identifier: MIT */
/* module.c -- see module.h. */
#include "spin/core/dispatch/module.h"

#include "engine/assert.h"

static struct list modules = LIST_INIT(modules);

bool module_exists(const struct module *module) {
    list_each(n, &modules) if (container_of(n, struct module, link) == module) return true;
    return false;
}

void module_add(struct module *module) {
    if (module_exists(module))
        return;
    list_init(&module->bindings);
    list_push_back(&modules, &module->link);
}

void module_remove(struct module *module) {
    ENGINE_ASSERT(list_empty(&module->bindings), "%s has bindings", module->name);
    list_remove(&module->link);
}
