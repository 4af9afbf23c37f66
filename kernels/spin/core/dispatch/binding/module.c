/* SPDX-License-Identifier: MIT */
/* module.c -- see module.h. */
#include "spin/core/dispatch/binding/module.h"

#include "engine/assert.h"

static struct list all = LIST_INIT(all);

void module_add(struct module *module) {
    if (module_exists(module))
        return;
    list_init(&module->bindings);
    list_push_back(&all, &module->link);
    module->account = (struct account){0};
    for (enum resource r = 0; r < RESOURCES; r++)
        module->account.quota[r] = NO_QUOTA;
    module->seal = module_seal(module);
}

void module_remove(struct module *module) {
    ENGINE_ASSERT(list_empty(&module->bindings), "%s has bindings", module->name);
    for (enum resource r = 0; r < RESOURCE_TIME; r++)
        ENGINE_ASSERT(!module->account.used[r], "%s has %lu of resource %u", module->name,
                      (unsigned long)module->account.used[r], (unsigned)r);
    list_remove(&module->link);
    module->seal = 0;
}

struct module *module_at(unsigned n) {
    list_each(node, &all) if (!n--) return container_of(node, struct module, link);
    return NULL;
}
