/* SPDX-License-Identifier: MIT */
/* layout.c -- see layout.h. */
#include "exo/xn/type/layout.h"

#include "exo/xn/type/body_read.h"
#include "exo/xn/type/design_template_fields.h"
#include "exo/defence.h"
#include "exo/xn/type/functions.h"
#include "exo/xn/type/meta.h"
#include "lib/error.h"
#include "lib/string.h"

#define REFUSE(...) (report_say(m->why, "template: " __VA_ARGS__), -E_INVALID)

static struct xn_member member(const struct xn_importing *m, unsigned i) {
    return body_member((struct bytes){m->type->body, m->type->body_bytes}, i);
}

/* The type of a part or an arm: one without parts that are told apart. */
static const struct xn_type *part_type(struct xn_importing *m, unsigned i) {
    const struct xn_type *t = m->types->type[member(m, i).type];
    return t && t->body && t->class != XN_UNION ? t : NULL;
}

static struct xn_group *groups(struct xn_importing *m, unsigned count) {
    struct xn_group *g = arena_allocate(&m->type->arena, count, sizeof *g);
    m->type->group = g;
    m->type->memory += (uint32_t)(count * sizeof *g);
    return g;
}

static int lay_base(struct xn_importing *m) {
    struct xn_type *t = m->type;
    const struct xn_body *b = &m->body;
    t->arms = 1;
    t->groups = b->count != 0;
    struct xn_group *g = groups(m, 1);
    if (!g)
        return -E_NO_MEMORY;
    *g = (struct xn_group){b->first, b->stride, b->count, 0, t};
    for (uint16_t i = 0; t->owns && i < b->stride; i += 8) /* of a native one: all */
        if (t->owns->reads[0][i / 512] >> i / 8 % 64 & 1)
            t->reads_to = (uint16_t)(i + 8);
    if (m->types->meta->design == XN_UDF && b->count && !t->owns)
        return REFUSE("%s: windows, and no function owns", t->name);
    return 0;
}

/* A struct's parts, one behind the other. */
static int lay_struct(struct xn_importing *m) {
    struct xn_type *t = m->type;
    struct xn_group *g = groups(m, XN_GROUPS_MAX);
    if (!g)
        return -E_NO_MEMORY;
    t->arms = 1;
    for (unsigned i = 0; i < m->body.members; i++) {
        const struct xn_type *part = part_type(m, i);
        uint32_t at = member(m, i).at;
        if (!part)
            return REFUSE("%s: member %u: no base type or struct of this number", t->name, i);
        if (at % 8 || at + part->size > t->size)
            return REFUSE("%s: member %u: %s at %u is not aligned, or not within %u", t->name, i,
                          part->name, at, t->size);
        if (t->groups + part->groups > XN_GROUPS_MAX || t->raws + part->raws > XN_RAW_MAX)
            return REFUSE("%s: member %u: more groups of windows or raw ranges than %d, %d",
                          t->name, i, XN_GROUPS_MAX, XN_RAW_MAX);
        for (unsigned k = 0; k < part->groups; k++) {
            g[t->groups] = part->group[k];
            g[t->groups].first = (uint16_t)(g[t->groups].first + at);
            g[t->groups].partition = t->partitions;
            t->partitions = (uint16_t)(t->partitions + g[t->groups++].count);
        }
        for (unsigned k = 0; k < part->raws; k++)
            t->raw[t->raws++] =
                (struct xn_range){(uint16_t)(part->raw[k].first + at), part->raw[k].bytes};
    }
    return 0;
}

/* A union's arms have their windows at the same places, so that a partition is the same bytes
 * whatever the choice is. */
static int lay_union(struct xn_importing *m) {
    struct xn_type *t = m->type;
    const struct xn_type *first = part_type(m, 0);
    if (!first)
        return REFUSE("%s: member 0: no base type or struct of this number", t->name);
    struct xn_group *g = groups(m, (unsigned)m->body.members * first->groups);
    uint32_t *value = arena_allocate(&t->arena, m->body.members, sizeof *value);
    if (!g || !value)
        return -E_NO_MEMORY;
    for (unsigned i = 0; i < m->body.members; i++) {
        const struct xn_type *arm = part_type(m, i);
        if (!arm)
            return REFUSE("%s: member %u: no base type or struct of this number", t->name, i);
        bool alike = arm->size == first->size && arm->groups == first->groups;
        for (unsigned k = 0; alike && k < arm->groups; k++) {
            const struct xn_group *a = &arm->group[k], *b = &first->group[k];
            alike = a->first == b->first && a->stride == b->stride && a->count == b->count;
            g[i * first->groups + k] = *a;
        }
        if (!alike)
            return REFUSE("%s: member %u: the windows of %s are not where those of %s are", t->name,
                          i, arm->name, first->name);
        value[i] = member(m, i).value;
        for (unsigned k = 0; k < i; k++)
            if (value[k] == value[i])
                return REFUSE("%s: members %u and %u have one value", t->name, k, i);
    }
    if (!first->groups)
        return REFUSE("%s: its arms have no windows", t->name);
    if (first->size != t->size)
        return REFUSE("%s: its size is %u, and that of its arms %u", t->name, t->size, first->size);
    t->value = value;
    t->memory += (uint32_t)(m->body.members * sizeof *value);
    t->arms = m->body.members;
    t->groups = first->groups;
    t->partitions = first->partitions;
    t->width = m->body.width;
    t->choice = m->body.choice;
    return 0;
}

static bool overlap(uint32_t a, uint32_t a_bytes, uint32_t b, uint32_t b_bytes) {
    return a < b + b_bytes && b < a + a_bytes;
}

/* A window is written whole or not at all; windows share no byte; the choice is no pointer. */
static int check_windows(struct xn_importing *m) {
    struct xn_type *t = m->type;
    uint32_t atom = m->types->atom, home = t->choice / atom;
    t->returns = true;
    for (unsigned k = 0; k < t->groups; k++) {
        const struct xn_group *g = &t->group[k];
        uint32_t end = g->first + (uint32_t)g->stride * g->count;
        for (uint32_t at = g->first; at < end; at += g->stride)
            if (at / atom != (at + g->stride - 1) / atom && DEFENDED(XN_ATOM))
                return REFUSE("%s: the window at %u lies in two atoms of %u bytes", t->name, at,
                              atom);
        for (unsigned i = 0; i < k; i++)
            if (overlap(g->first, end - g->first, t->group[i].first,
                        (uint32_t)t->group[i].stride * t->group[i].count) &&
                DEFENDED(XN_DISJOINT))
                return REFUSE("%s: windows at %u and at %u overlap", t->name, t->group[i].first,
                              g->first);
        if (t->width && overlap(g->first, end - g->first, t->choice, t->width))
            return REFUSE("%s: the choice at %u is in a window", t->name, t->choice);
        t->returns &= g->first / atom == home && (end - 1) / atom == home;
    }
    return 0;
}

/* Does this byte tell what the group's windows own? */
static bool tells(const struct xn_group *g, uint32_t byte) {
    uint32_t in = byte - g->first;
    if (byte < g->first || in >= (uint32_t)g->stride * g->count)
        return false;
    return g->base->owns ? function_reads(g->base->owns, in % g->stride)
                         : fields_tell(g->base, in % g->stride);
}

/* What is written without asking says nothing of what is owned, of the choice, or of the size. */
static int check_raws(struct xn_importing *m) {
    struct xn_type *t = m->type;
    for (unsigned i = 0; i < t->raws; i++) {
        struct xn_range r = t->raw[i];
        for (uint32_t byte = r.first; byte < (uint32_t)r.first + r.bytes; byte++) {
            for (unsigned k = 0; k < (unsigned)t->arms * t->groups; k++)
                if (tells(&t->group[k], byte) && DEFENDED(XN_RAW))
                    return REFUSE("%s: raw range %u: byte %u tells what is owned", t->name, i,
                                  byte);
            if (t->size_of && function_reads(t->size_of, byte))
                return REFUSE("%s: raw range %u: byte %u tells the size", t->name, i, byte);
        }
        if (t->width && overlap(r.first, r.bytes, t->choice, t->width))
            return REFUSE("%s: raw range %u: holds the choice", t->name, i);
        if (t->key != XN_NO_KEY && overlap(r.first, r.bytes, t->key, 8))
            return REFUSE("%s: raw range %u: holds the key", t->name, i);
    }
    return 0;
}

/* What all partitions of a block cost together. */
static int check_cost(struct xn_importing *m) {
    const struct xn_type *t = m->type;
    for (unsigned arm = 0; arm < t->arms; arm++) {
        uint64_t cost = 0;
        for (unsigned k = 0; k < t->groups; k++) {
            const struct xn_group *g = &t->group[(unsigned)arm * t->groups + k];
            cost += g->base->owns ? g->base->owns->cost * g->count : 0;
        }
        if (cost > XN_BLOCK_MAX && DEFENDED(XN_COST))
            return REFUSE("%s: owns of all partitions takes up to %llu instructions, more than %d",
                          t->name, (unsigned long long)cost, XN_BLOCK_MAX);
    }
    return 0;
}

/* What "self" has is in each block: its header is chosen once. "capability" has nothing. */
static int lay_nothing(struct xn_type *t, enum xn_design design) {
    t->partitions = t->groups = 0;
    t->width = t->leaf || design != XN_SELF ? 0 : sizeof(struct xn_self_header);
    return 0;
}

int layout(struct xn_importing *m) {
    struct xn_type *t = m->type;
    if (m->types->meta->design < XN_TEMPLATE)
        return lay_nothing(t, m->types->meta->design);
    t->raws = m->body.raws;
    memcpy(t->raw, m->body.raw, sizeof t->raw);
    int error = t->class == XN_BASE     ? lay_base(m)
                : t->class == XN_STRUCT ? lay_struct(m)
                                        : lay_union(m);
    if (error || (error = check_windows(m)) || (error = fields_lay(m)) || (error = check_raws(m)) ||
        (error = check_cost(m)))
        return error;
    for (unsigned i = 0; i < XN_BLOCK_BYTES / 512; i++)
        t->reads[i] =
            (t->acl ? t->acl->reads[1][i] : 0) | (t->size_of ? t->size_of->reads[0][i] : 0);
    return 0;
}
