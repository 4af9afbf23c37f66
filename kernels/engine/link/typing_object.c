/* SPDX-License-Identifier: MIT */
/* typing_object.c -- object types from structures: identity, then fields.
 *
 * A structure is flattened twice by the same code, first to count its fields, then to
 * write them. */
#include "engine/link/typing_part.h"
#include "engine/assert.h"
#include "lib/format.h"
#include "lib/string.h"

#define PATH_MAX_BYTES 200 /* of a field's name; what is longer is cut */

bool typing_is_plain(const struct btf *btf, uint32_t id) {
    uint32_t child;
    struct btf_type t = btf_type(btf, btf_base(btf, id, NULL));
    if (t.kind == BTF_ARRAY)
        return typing_is_plain(btf, btf_array(btf, &t).element);
    if (t.kind != BTF_STRUCT && t.kind != BTF_UNION)
        return typing_is_number(t.kind) || t.kind == BTF_FLOAT;
    for (uint32_t i = 0; btf_child(btf, &t, i, &child); i++)
        if (!typing_is_plain(btf, child))
            return false;
    return true;
}

/* Identity. */

static bool same_type(const struct typing_scope *scope, const struct typing_object *o,
                      const struct types *types, uint32_t id) {
    if (o->types == types && o->id == id)
        return true;
    struct btf_type a = btf_type(&o->types->btf, o->id), b = btf_type(&types->btf, id);
    if (!*a.name || strcmp(a.name, b.name) != 0)
        return false;
    bool a_union = a.kind == BTF_UNION || (a.kind == BTF_FWD && a.flag);
    bool b_union = b.kind == BTF_UNION || (b.kind == BTF_FWD && b.flag);
    if (a.kind == BTF_FWD || b.kind == BTF_FWD)
        return a_union == b_union;
    struct typed x = {&o->types->btf, o->types->fingerprint, o->id};
    struct typed y = {&types->btf, types->fingerprint, id};
    return types_agree(&x, &y, scope->arena.hooks) == AGREE;
}

static struct typing_object *find(struct typing_scope *scope, struct typing_object *list,
                                  const struct types *types, uint32_t id) {
    for (struct typing_object *o = list; o; o = o->next)
        if (same_type(scope, o, types, id))
            return o;
    return NULL;
}

struct typing_object *typing_object(struct typing_scope *scope, const struct types *types,
                                    uint32_t id) {
    struct typing_object *o = find(scope, scope->typing->object, types, id);
    if (!o)
        o = find(scope, scope->object, types, id);
    if (o)
        return o;
    o = arena_allocate(&scope->arena, 1, sizeof *o);
    if (!o)
        return NULL;
    uint32_t bytes = types->btf.size[id];
    *o = (struct typing_object){.next = scope->object,
                                .types = types,
                                .id = id,
                                .type = {.name = btf_type(&types->btf, id).name,
                                         .bytes = bytes == BTF_NO_SIZE ? 0 : bytes}};
    scope->object = o;
    return o;
}

/* Fields. */

struct filling {
    struct typing_scope *scope;
    const struct types *types;
    const struct typing_object *object;
    struct report *why;
    bool *used;                                       /* one a grant: it spoke of a field */
    struct field *field;                              /* null while counting */
    uint32_t count;                                   /* complete ones */
    struct field now;                                 /* the one being made; no bytes: none is */
    char first[PATH_MAX_BYTES], last[PATH_MAX_BYTES]; /* of what it consists of */
};

/* Does the grant speak of the field, or of one that contains it? */
static bool covers(const struct typing_grant *g, const char *path) {
    size_t len = strlen(g->field);
    return strncmp(g->field, path, len) == 0 &&
           (path[len] == '\0' || path[len] == '.' || path[len] == '[');
}

/* The grant that speaks of the field most exactly; null: nothing is granted. */
static const struct typing_grant *grant_of(struct filling *f, const char *path) {
    const struct kind_description *d = f->scope->typing->description;
    const struct typing_grant *best = NULL;
    for (uint32_t i = 0; i < d->grants; i++) {
        const struct typing_grant *g = &d->grant[i];
        if (strcmp(g->type, f->object->type.name) != 0 || (g->field && !covers(g, path)))
            continue;
        f->used[i] = true;
        if (!best || !best->field || (g->field && strlen(g->field) > strlen(best->field)))
            best = g;
    }
    return best;
}

static bool same(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

/* The name of the field being made: "FIRST", or "FIRST..LAST". */
static const char *field_name(struct filling *f) {
    char text[2 * PATH_MAX_BYTES + 2];
    bool one = same(f->first, f->last);
    format_text(text, sizeof text, "%s%s%s", f->first, one ? "" : "..", one ? "" : f->last);
    char *name = arena_allocate(&f->scope->arena, 1, strlen(text) + 1);
    if (name)
        memcpy(name, text, strlen(text) + 1);
    return name;
}

/* The field being made is complete. */
static bool finish_field(struct filling *f) {
    if (!f->now.bytes)
        return true;
    if (f->count == TYPING_FIELDS_MAX)
        return report_refuse(f->why, LOAD_RULE_FIELDS, f->object->type.name);
    if (f->field) {
        f->field[f->count] = f->now;
        f->field[f->count].name = field_name(f);
        if (!f->field[f->count].name)
            return report_refuse(f->why, RULE_NO_MEMORY, f->object->type.name);
    }
    f->now.bytes = 0;
    f->count++;
    return true;
}

static bool is_any_number(const struct shape *shape) {
    return shape->kind == SHAPE_NUMBER && (shape->min | shape->max) == 0;
}

/* A part of the object. Adjoining numbers with the same rights are one field, for compilers load
 * and store several at once; so are bitfields that share a byte, with the rights that both have. */
static bool add(struct filling *f, const char *path, uint32_t offset, uint32_t bytes, uint8_t may,
                struct shape shape) {
    uint32_t end = f->now.offset + f->now.bytes;
    bool numbers = f->now.bytes && is_any_number(&f->now.shape) && is_any_number(&shape);
    bool shares = numbers && offset < end;
    if (shares || (numbers && offset == end && may == f->now.may)) {
        f->now.bytes = offset + bytes - f->now.offset;
        f->now.may &= may;
    } else {
        if (!finish_field(f))
            return false;
        f->now = (struct field){.offset = offset, .bytes = bytes, .may = may, .shape = shape};
        format_text(f->first, sizeof f->first, "%s", path);
    }
    format_text(f->last, sizeof f->last, "%s", path);
    return true;
}

static uint8_t rights(const struct typing_grant *g) {
    return g ? g->may & MAY_READ_WRITE : 0;
}

/* What a number of this type may be. A field of its bytes that programs may write is held to it. */
static bool add_number(struct filling *f, const char *path, uint32_t offset, uint32_t bytes,
                       struct limits limits) {
    const struct typing_grant *g = grant_of(f, path);
    struct shape shape = {.kind = SHAPE_NUMBER};
    uint8_t may = rights(g);
    if (g && g->may & OWNS)
        return report_refuse(f->why, LOAD_RULE_CLASS, path);
    if (g && g->field && g->shape.kind == SHAPE_NUMBER)
        shape = g->shape;
    else if (limits.closed)
        may &= (uint8_t)~MAY_WRITE;
    else if (may & MAY_WRITE && limits.limited)
        shape = (struct shape){.kind = SHAPE_NUMBER, .min = limits.min, .max = limits.max};
    return add(f, path, offset, bytes, may, shape);
}

/* Readable at most: a program that could write it could make an address of a number. */
static bool add_pointer(struct filling *f, const char *path, uint32_t offset,
                        const struct btf_type *t) {
    const struct shape closed = {.kind = SHAPE_NONE};
    const struct typing_grant *g = grant_of(f, path);
    struct pointee to = typing_pointee(&f->types->btf, t);
    struct shape owned = {.kind = SHAPE_OBJECT};
    if (g && g->may & OWNS)
        return typing_pointer(f->scope, f->types, to, path, &owned, f->why) &&
               add(f, path, offset, 8, OWNS, owned);
    if (!g || !(rights(g) & MAY_READ))
        return add(f, path, offset, 8, 0, closed);
    struct shape shape = g->field ? g->shape : closed;
    if (shape.kind == SHAPE_NONE) {
        bool open = !to.id || to.type.kind == BTF_PTR || to.type.kind == BTF_FUNC_PROTO;
        if (open && !g->field)
            return add(f, path, offset, 8, 0, closed);
        shape.may |= MAY_BE_NULL;
    }
    return typing_pointer(f->scope, f->types, to, path, &shape, f->why) &&
           add(f, path, offset, 8, MAY_READ, shape);
}

static bool flatten(struct filling *f, uint32_t id, const char *path, uint32_t offset);

static bool flatten_members(struct filling *f, const struct btf_type *t, const char *path,
                            uint32_t offset) {
    for (uint32_t i = 0; i < t->len; i++) {
        char inner[PATH_MAX_BYTES];
        struct btf_member m = btf_member(&f->types->btf, t, i);
        format_text(inner, sizeof inner, "%s%s%s", path, *path && *m.name ? "." : "", m.name);
        uint32_t low = offset + m.bit_offset / 8, high = offset + (m.bit_offset + m.bits + 7) / 8;
        struct limits limits = typing_limits_of_bits(&f->types->btf, &m);
        if (m.bits ? !add_number(f, inner, low, high - low, limits)
                   : !flatten(f, m.type, inner, low))
            return false;
    }
    return true;
}

static bool flatten_array(struct filling *f, uint32_t id, const struct btf_type *t,
                          const char *path, uint32_t offset) {
    const struct btf *btf = &f->types->btf;
    struct btf_array array = btf_array(btf, t);
    enum btf_kind kind = btf_type(btf, btf_base(btf, array.element, NULL)).kind;
    uint32_t bytes = btf->size[id], each = btf->size[array.element];
    if (!bytes || bytes == BTF_NO_SIZE)
        return true;
    struct limits limits = typing_limits(btf, array.element);
    if ((typing_is_number(kind) || kind == BTF_FLOAT) && !limits.limited)
        return add_number(f, path, offset, bytes, limits);
    for (uint32_t i = 0; i < array.count; i++) {
        char inner[PATH_MAX_BYTES];
        format_text(inner, sizeof inner, "%s[%u]", path, i);
        if (!flatten(f, array.element, inner, offset + i * each))
            return false;
    }
    return true;
}

/* A union has the rights of a number if it is one whichever way it is read. */
static bool add_union(struct filling *f, uint32_t id, const char *path, uint32_t offset) {
    const char *name = *path ? path : "(union)";
    struct limits limits = {.closed = typing_has_limits(&f->types->btf, id)};
    if (typing_is_plain(&f->types->btf, id))
        return add_number(f, name, offset, f->types->btf.size[id], limits);
    return add(f, name, offset, f->types->btf.size[id], 0, (struct shape){.kind = SHAPE_NONE});
}

/* Ends, for types do not contain themselves; and soon, for each leaf is a field, but for empty
 * structures, which an array may hold many of. */
static bool flatten(struct filling *f, uint32_t id, const char *path, uint32_t offset) {
    const struct btf *btf = &f->types->btf;
    uint32_t base = btf_base(btf, id, NULL), bytes = btf->size[base];
    struct btf_type t = btf_type(btf, base);
    if (!bytes || bytes == BTF_NO_SIZE)
        return true;
    switch (t.kind) {
    case BTF_PTR:
        return add_pointer(f, path, offset, &t);
    case BTF_STRUCT:
        return flatten_members(f, &t, path, offset);
    case BTF_UNION:
        return add_union(f, base, path, offset);
    case BTF_ARRAY:
        return flatten_array(f, base, &t, path, offset);
    default:
        return add_number(f, path, offset, bytes, typing_limits(btf, base));
    }
}

static bool flatten_all(struct filling *f) {
    f->count = 0;
    return flatten(f, f->object->id, "", 0) && finish_field(f);
}

static bool fill(struct typing_scope *scope, struct typing_object *o, bool *used,
                 struct report *why) {
    struct filling f = {.scope = scope, .types = o->types, .object = o, .why = why, .used = used};
    o->filled = true;
    if (o->plain || btf_type(&o->types->btf, o->id).kind != BTF_STRUCT)
        return true;
    if (!flatten_all(&f))
        return false;
    f.field = arena_allocate(&scope->arena, f.count, sizeof *f.field);
    if (!f.field)
        return report_refuse(why, RULE_NO_MEMORY, o->type.name);
    if (!flatten_all(&f))
        return false;
    o->type.field = f.field;
    o->type.field_count = f.count;
    return true;
}

/* The type that a grant names; its first mention makes it known. */
static bool name_type(struct typing_scope *scope, const struct typing_grant *g,
                      struct report *why) {
    const struct types *types = scope->typing->description->types;
    uint32_t id = btf_find(&types->btf, BTF_STRUCT, g->type);
    if (!id)
        id = btf_find(&types->btf, BTF_UNION, g->type);
    if (!id)
        return report_refuse(why, LOAD_RULE_GRANT, g->type);
    struct typing_object *o = typing_object(scope, types, id);
    if (!o)
        return report_refuse(why, RULE_NO_MEMORY, g->type);
    if (!g->field && g->shape.kind == SHAPE_MEMORY) {
        o->plain = true;
        bool limited = g->may & MAY_WRITE && typing_has_limits(&types->btf, id);
        return (typing_is_plain(&types->btf, id) && !limited) ||
               report_refuse(why, LOAD_RULE_NOT_PLAIN, g->type);
    }
    return true;
}

static bool is_granted(const struct typing_scope *scope, const struct typing_object *o) {
    const struct kind_description *d = scope->typing->description;
    ENGINE_ASSERT(o->types == d->types, "%s is not of the kind's own types", o->type.name);
    for (uint32_t i = 0; i < d->grants; i++)
        if (strcmp(d->grant[i].type, o->type.name) == 0)
            return true;
    return false;
}

/* Filling one type names others, in front of it: again until none is left. */
static bool fill_all(struct typing_scope *scope, bool *used, struct report *why) {
    for (struct typing_object *o = scope->object; o;) {
        bool wanted = !o->filled && is_granted(scope, o);
        if (wanted && !fill(scope, o, used, why))
            return false;
        o = wanted ? scope->object : o->next;
    }
    return true;
}

bool typing_fill(struct typing_scope *scope, struct report *why) {
    const struct kind_description *d = scope->typing->description;
    bool *used = arena_allocate(&scope->arena, d->grants, sizeof *used);
    if (!used)
        return report_refuse(why, RULE_NO_MEMORY, d->kind.name);
    for (uint32_t i = 0; i < d->grants; i++)
        if (!name_type(scope, &d->grant[i], why))
            return false;
    if (!fill_all(scope, used, why))
        return false;
    for (uint32_t i = 0; i < d->grants; i++)
        if (d->grant[i].field && !used[i])
            return report_refuse(why, LOAD_RULE_GRANT, d->grant[i].field);
    return true;
}
