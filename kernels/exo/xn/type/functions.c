/* SPDX-License-Identifier: MIT */
/* functions.c -- see functions.h. */
#include "exo/xn/type/functions.h"

#include "engine/native_envelope.h"
#include "exo/xn/type/body_read.h"
#include "lib/error.h"
#include "lib/string.h"

static const char *const name_of[XN_DOES] = {"owns", "acl", "size", "drop"};

#define MEMORY(size, rights)                                                                       \
    { .kind = SHAPE_MEMORY, .may = (rights), .bytes = (size) }
#define BLOCK MEMORY(XN_BLOCK_BYTES, MAY_READ)

/* What is written is written only: what was there before would be an input. No variable is written,
 * so that none is changed between two runs. */
static struct kind_description describe(const struct xn_body *b, unsigned function) {
    const struct shape window = MEMORY(b->stride, MAY_READ),
                       index = {.kind = SHAPE_NUMBER, .max = b->count ? b->count - 1u : 0};
    const struct shape parameter[XN_DOES][4] = {
        [XN_DO_OWNS] = {window, index, MEMORY(b->most * sizeof(struct xn_extent), MAY_WRITE)},
        [XN_DO_ACL] = {BLOCK, BLOCK, MEMORY(sizeof(struct xn_request), MAY_READ)},
        [XN_DO_SIZE] = {BLOCK},
        [XN_DO_DROP] = {window, index, MEMORY(sizeof(struct xn_extent), MAY_READ),
                        MEMORY(sizeof(struct xn_changes), MAY_WRITE)}};
    const bool writes = function == XN_DO_OWNS || function == XN_DO_DROP;
    struct kind_description d = {
        .kind = {.name = name_of[function],
                 .demands = DETERMINISTIC | BOUNDED | (writes ? 0 : FUNCTIONAL),
                 .budget = XN_RUN_MAX,
                 .fixed_variables = true,
                 .stack_max = XN_STACK_MAX,
                 .entry.result = {.kind = SHAPE_NUMBER}}};
    memcpy(d.kind.entry.parameter, parameter[function], sizeof parameter[function]);
    return d;
}

static const struct xn_program **place_of(struct xn_type *t, unsigned function) {
    const struct xn_program **const place[XN_DOES] = {&t->owns, &t->acl, &t->size_of, &t->drop};
    return place[function];
}

static struct xn_program *add(struct xn_importing *m, unsigned function) {
    struct xn_program *p = arena_allocate(&m->type->arena, 1, sizeof *p);
    *place_of(m->type, function) = p;
    return p;
}

/* Functions of a base type's windows need windows. */
static bool has_place(const struct xn_importing *m, unsigned function) {
    return m->type->partitions && m->body.class == XN_BASE
               ? true
               : function == XN_DO_ACL || function == XN_DO_SIZE;
}

static int refuse(struct xn_importing *m, const char *what, const char *function) {
    report_say(m->why, "template: %s: %s: %s", m->body.name, function, what);
    return -E_INVALID;
}

/* Nothing is proven of signed code: all that it is handed counts as read. */
static int take_native(struct xn_importing *m) {
    for (unsigned i = 0; i < XN_DOES; i++) {
        const struct native_function *f = native_function_named(&m->type->native, name_of[i]);
        if (!f)
            continue;
        if (!has_place(m, i))
            return refuse(m, "the type has no windows", name_of[i]);
        struct xn_program *p = add(m, i);
        if (!p)
            return -E_NO_MEMORY;
        p->entry = (code_entry *)f->address;
        memset(p->reads, 0xff, sizeof p->reads);
        memset(p->bytes, 0xff, sizeof p->bytes);
    }
    return 0;
}

static int open_native(struct xn_importing *m, struct bytes object) {
    const struct native_load with = {.hooks = m->types->hooks, .key = m->types->key, .kind = "xn"};
    if (!m->types->key)
        return refuse(m, "signed objects are not taken here", "object");
    if (!native_open(&m->type->native, &with, object.at, object.len, m->why))
        return -E_INVALID;
    m->type->has_native = true;
    return take_native(m);
}

int functions_begin(struct xn_importing *m) {
    struct bytes object = body_object((struct bytes){m->type->body, m->type->body_bytes}, &m->body);
    if (object.len >= sizeof ENVELOPE_MAGIC &&
        !memcmp(object.at, ENVELOPE_MAGIC, sizeof ENVELOPE_MAGIC))
        return open_native(m, object);
    struct kind_description *d = arena_allocate(&m->type->arena, XN_DOES, sizeof *d);
    if (!d)
        return -E_NO_MEMORY;
    for (unsigned i = 0; i < XN_DOES; i++) {
        if (!has_place(m, i))
            continue;
        d[i] = describe(&m->body, i);
        if (!typing_open(&m->typing[m->typings], m->types->hooks, &d[i], m->why))
            return -E_NO_MEMORY;
        m->kind[m->typings] = &m->typing[m->typings];
        m->typings++;
    }
    static const struct jit_options plain;
    m->request = (struct load_request){.name = m->type->name,
                                       .file = object.at,
                                       .len = object.len,
                                       .kind = m->kind,
                                       .kinds = m->typings,
                                       .jit = m->types->way == XN_COMPILED ? &plain : NULL};
    load_begin(&m->loading, &m->type->load, m->types->hooks, &m->request, m->why);
    m->loads = true;
    return -E_AGAIN;
}

/* What a proven function reads of an argument, by bytes and by words. */
static void note_reads(struct xn_program *p, const struct facts *facts) {
    for (unsigned argument = 0; argument < 2; argument++)
        for (unsigned byte = 0; byte < XN_BLOCK_BYTES; byte++)
            if (facts->whole[argument] || facts->read[argument][byte / 64] >> byte % 64 & 1) {
                p->reads[argument][byte / 512] |= 1ull << byte / 8 % 64;
                if (!argument)
                    p->bytes[byte / 64] |= 1ull << byte % 64;
            }
}

static int take(struct xn_importing *m, const struct load_program *from) {
    unsigned function = 0;
    while (strcmp(name_of[function], from->kind->kind.name) != 0)
        function++;
    if (*place_of(m->type, function))
        return refuse(m, "there are two of it", name_of[function]);
    struct xn_program *p = add(m, function);
    if (!p)
        return -E_NO_MEMORY;
    const struct image *image = &from->image;
    p->entry = image->compiled ? image->code.entry : NULL;
    p->program = &image->program;
    p->cost = image->facts.cost;
    note_reads(p, &image->facts);
    return 0;
}

int functions_go(struct xn_importing *m, uint32_t units) {
    switch (load_go(&m->loading, units)) {
    case LOAD_GOES_ON:
        return -E_AGAIN;
    case LOAD_REFUSED:
        m->loads = false;
        return strcmp(rule_name(m->why->rule), rule_name(RULE_NO_MEMORY)) ? -E_INVALID
                                                                          : -E_NO_MEMORY;
    default:
        break;
    }
    m->loads = false;
    m->type->has_load = true;
    int error = 0;
    for (uint32_t i = 0; i < m->type->load.count && !error; i++)
        error = take(m, &m->type->load.program[i]);
    return error;
}

void functions_end(struct xn_importing *m) {
    if (m->loads)
        load_give_up(&m->loading);
    m->loads = false;
    while (m->typings)
        typing_close(&m->typing[--m->typings]);
}

void functions_close(struct xn_type *type) {
    if (type->has_load)
        load_close(&type->load);
    if (type->has_native)
        native_close(&type->native);
}

bool function_reads(const struct xn_program *p, uint32_t byte) {
    return p->bytes[byte / 64] >> byte % 64 & 1;
}
