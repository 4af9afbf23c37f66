/* SPDX-License-Identifier: MIT */
/* condition.c -- see condition.h. */
#include "spin/core/dispatch/binding/condition.h"

#include "engine/guard_form.h"
#include "engine/link/program_image.h"
#include "lib/string.h"

static size_t bytes_of(uint32_t count) {
    return sizeof(struct condition) + count * sizeof(struct conjunct);
}

struct condition *condition_find(const struct hooks *hooks, const struct image *guard,
                                 const struct guard_known *closure) {
    struct guard_form form;
    if (!guard_form_find_known(&form, &guard->program, &guard->facts, &guard->signature, closure,
                               hooks) ||
        form.kind != GUARD_CONJUNCTION)
        return NULL;
    struct condition *c = hooks->allocate(hooks->owner, bytes_of(form.count));
    if (!c)
        return NULL;
    c->count = form.count;
    memcpy(c->conjunct, form.conjunct, form.count * sizeof *form.conjunct);
    return c;
}

void condition_free(const struct hooks *hooks, struct condition *c) {
    if (c)
        hooks->release(hooks->owner, c, bytes_of(c->count));
}
