/* SPDX-License-Identifier: MIT */
/* design_template_fields.c -- see design_template_fields.h. */
#include "exo/xn/type/design_template_fields.h"

#include "exo/xn/type/body_read.h"
#include "lib/error.h"

#define REFUSE(...) (report_say(m->why, "template: " __VA_ARGS__), -E_INVALID)

static uint32_t bytes_of(const struct xn_member *f) {
    return (uint32_t)f->width * f->count;
}

static bool is_in(const struct xn_member *f, uint32_t byte) {
    return byte - f->at < bytes_of(f);
}

/* Two fields of one byte would own twice what is owned once. */
int fields_lay(struct xn_importing *m) {
    struct xn_type *t = m->type;
    uint32_t owned = 0;
    if (t->class != XN_BASE || !m->body.members)
        return 0;
    struct xn_member *field = arena_allocate(&t->arena, m->body.members, sizeof *field);
    if (!field)
        return -E_NO_MEMORY;
    for (unsigned i = 0; i < m->body.members; i++) {
        field[i] = body_member((struct bytes){t->body, t->body_bytes}, i);
        owned += field[i].count;
        for (unsigned k = 0; k < i; k++)
            if (is_in(&field[k], field[i].at) || is_in(&field[i], field[k].at))
                return REFUSE("%s: members %u and %u overlap", t->name, k, i);
    }
    if (owned > t->most)
        return REFUSE("%s: a window has %u fields, and owns up to %u", t->name, owned, t->most);
    t->field = field;
    t->fields = m->body.members;
    t->memory += (uint32_t)(m->body.members * sizeof *field);
    return 0;
}

bool fields_tell(const struct xn_type *base, uint32_t byte) {
    for (unsigned i = 0; i < base->fields; i++)
        if (is_in(&base->field[i], byte))
            return true;
    return false;
}
