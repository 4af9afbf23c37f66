/* SPDX-License-Identifier: MIT */
/* import.c -- a template becomes a type: its bytes parsed, its functions proven, its windows laid
 * out, and all of it tried on a block of zeros. */
#include "exo/defence.h"
#include "exo/xn/type/body_read.h"
#include "exo/xn/type/layout.h"
#include "exo/xn/type/meta.h"
#include "exo/xn/type/shadow.h"
#include "lib/error.h"
#include "lib/string.h"

static int refuse(struct xn_importing *m, const char *what) {
    report_say(m->why, "template: %s: %s", m->body.name, what);
    return -E_INVALID;
}

/* A type that stands is that for ever: the same bytes are no news, others are refused. */
static int compare_with(struct xn_importing *m, const struct xn_type *old, struct bytes body) {
    if (old->body && old->body_bytes == body.len &&
        (!memcmp(old->body, body.at, body.len) || !DEFENDED(XN_NAMED)))
        return old->number;
    report_say(m->why, "template: %s: there is type %u, %s, with another body", m->body.name,
               old->number, old->name);
    return -E_EXISTS;
}

/* What each design has of the three ways to tell what is owned. */
static int suits_design(struct xn_importing *m) {
    enum xn_design design = m->types->meta->design;
    const struct xn_body *b = &m->body;
    bool base = b->class == XN_BASE;
    if (design == XN_CAPABILITY) /* it looks at nothing of this */
        return 0;
    if (design != XN_UDF && b->object)
        return refuse(m, "this volume's design has no functions");
    if (design == XN_UDF && base && b->members)
        return refuse(m, "this volume's design has functions, and no fields");
    if (design != XN_TEMPLATE && b->key != XN_NO_KEY)
        return refuse(m, "this volume's design has no keys");
    if (b->key != XN_NO_KEY && (b->key % 8 || b->key + 8 > b->size))
        return refuse(m, "the key is not aligned, or not in the object");
    if (design == XN_TEMPLATE && base && !b->members != !b->count)
        return refuse(m, "windows without fields, or fields without windows");
    return 0;
}

static int copy_body(struct xn_importing *m, struct bytes body) {
    const struct hooks *hooks = m->types->hooks;
    struct xn_type *t = hooks->allocate(hooks->owner, sizeof *t);
    if (!t)
        return -E_NO_MEMORY;
    m->type = t;
    t->arena = (struct arena){.hooks = hooks};
    void *copy = arena_allocate(&t->arena, 1, body.len);
    if (!copy)
        return -E_NO_MEMORY;
    memcpy(copy, body.at, body.len);
    t->body = copy;
    t->body_bytes = (uint32_t)body.len;
    t->memory = (uint32_t)(sizeof *t + body.len);
    memcpy(t->name, m->body.name, sizeof t->name);
    t->number = m->body.number;
    t->class = m->body.class;
    t->flags = m->body.flags;
    t->size = m->body.size;
    t->most = m->body.most;
    t->key = m->body.key;
    t->partitions = m->body.count;
    t->leaf = m->body.class == XN_BASE && !m->body.count;
    return 0;
}

/* 0: it is new, and its bytes are copied. */
static int begin(struct xn_importing *m, struct bytes body) {
    if (!body_read(body, &m->body, m->why))
        return -E_INVALID;
    const struct xn_type *by_number = m->types->type[m->body.number],
                         *by_name = xn_type_named(m->types, m->body.name);
    if (by_number || by_name)
        return compare_with(m, by_number ? by_number : by_name, body);
    int error = suits_design(m);
    return error ? error : copy_body(m, body);
}

static void end(struct xn_importing *m, int result) {
    functions_end(m);
    if (result > 0 && m->type && (m->types->type[result] || xn_type_named(m->types, m->type->name)))
        result = -E_EXISTS; /* by another import, meanwhile */
    if (result > 0 && m->type)
        m->types->type[m->type->number] = m->type;
    else if (m->type)
        type_release(m->type, m->types->hooks);
    m->type = NULL;
    m->stage = XN_AT_END;
    m->result = result;
}

void xn_import_begin(struct xn_importing *m, struct xn_types *types, const void *body, size_t bytes,
                     struct report *why) {
    memset(m, 0, sizeof *m);
    m->types = types;
    m->why = why;
    report_begin(why);
    int result = begin(m, (struct bytes){body, bytes});
    if (result)
        end(m, result);
    else
        m->stage = m->body.object && types->meta->knows ? XN_AT_BODY : XN_AT_LAYOUT;
}

/* No block may own anything before something has been written to it, nor count bytes that it does
 * not have. One partition: between two of them others use the shadow. */
static int try_zeros(struct xn_importing *m) {
    struct xn_type *t = m->type;
    struct xn_shadow *s = m->types->shadow;
    if (t->owns && m->partition < t->partitions) {
        memset(s->after, 0, sizeof s->after);
        if (DEFENDED(XN_TRIED))
            memset(s->block[0], 0, m->body.stride);
        uint64_t n = function_run(t->owns, (uintptr_t)s->block[0], m->partition,
                                  (uintptr_t)s->after, 0, s->stack);
        if (n && DEFENDED(XN_ZEROS)) {
            report_say(m->why, "template: %s: owns: partition %u of zeros owns %llu extents",
                       t->name, m->partition, (unsigned long long)n);
            return -E_INVALID;
        }
        if (++m->partition < t->partitions)
            return -E_AGAIN;
    }
    memset(s->block[0], 0, sizeof s->block[0]);
    if (t->size_of &&
        function_run(t->size_of, (uintptr_t)s->block[0], 0, 0, 0, s->stack) > XN_BLOCK_BYTES)
        return refuse(m, "size: of zeros it is more than a block");
    return t->number;
}

static int work(struct xn_importing *m, uint32_t units) {
    int result;
    switch (m->stage) {
    case XN_AT_BODY:
        result = functions_begin(m);
        m->stage = result == -E_AGAIN ? XN_AT_PROOF : XN_AT_LAYOUT;
        return result ? result : -E_AGAIN;
    case XN_AT_PROOF:
        result = functions_go(m, units);
        if (!result)
            m->stage = XN_AT_LAYOUT;
        return result ? result : -E_AGAIN;
    case XN_AT_LAYOUT:
        result = layout(m);
        m->stage = XN_AT_TRIAL;
        return result ? result : -E_AGAIN;
    default:
        return try_zeros(m);
    }
}

int xn_import_go(struct xn_importing *m, uint32_t units) {
    if (m->stage == XN_AT_END)
        return m->result;
    int result = work(m, units);
    if (result == -E_AGAIN)
        return result;
    end(m, result);
    return m->result;
}

void xn_import_give_up(struct xn_importing *m) {
    if (m->stage != XN_AT_END)
        end(m, -E_AGAIN);
}

int xn_import(struct xn_importing *m, struct xn_types *types, const void *body, size_t bytes,
              struct report *why) {
    int result = -E_AGAIN;
    xn_import_begin(m, types, body, bytes, why);
    while (result == -E_AGAIN)
        result = xn_import_go(m, UINT32_MAX);
    return result;
}
