/* SPDX-License-Identifier: MIT */
/* procedure.c -- see procedure.h. */
#include "spin/core/dispatch/binding/procedure.h"

#include "spin/core/dispatch/binding/condition.h"

static struct list programs = LIST_INIT(programs);

struct held *procedure_keep(const struct hooks *hooks, const struct procedure *procedure,
                            struct module *by) {
    struct held *held = hooks->allocate(hooks->owner, sizeof *held);
    if (!held)
        return NULL;
    *held = (struct held){.holds = 1, .procedure = *procedure, .by = by};
    list_init(&held->link);
    if (procedure->image)
        list_push_back(&programs, &held->link);
    return held;
}

struct held *procedure_hold(struct held *held) {
    held->holds++;
    return held;
}

void procedure_let_go(const struct hooks *hooks, struct held *held) {
    if (!held || --held->holds)
        return;
    if (held->procedure.release)
        held->procedure.release(held->procedure.closure);
    condition_free(hooks, held->condition);
    list_remove(&held->link);
    hooks->release(hooks->owner, held, sizeof *held);
}

bool procedure_is_held(const struct image *image) {
    list_each(n, &programs) if (container_of(n, struct held, link)->procedure.image ==
                                image) return true;
    return false;
}
