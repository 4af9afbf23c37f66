/* SPDX-License-Identifier: MIT */
/* view.c -- see view.h. Structures are flattened: members of members stand in the outer one's list
 * of fields, in ascending order, as BTF has them. */
#include "engine/view.h"

#include "lib/string.h"

#define ELEMENTS_MAX 256 /* of an array of structures or pointers inside an object */

bool view_open(struct view *v, const struct btf *btf, struct arena *arena,
               const struct grant *grants, uint32_t grant_count, uint8_t may) {
    *v = (struct view){
        .btf = btf, .arena = arena, .grant = grants, .grant_count = grant_count, .may = may};
    v->object = arena_allocate(arena, btf->count + 1u, sizeof(struct object_type *));
    return v->object != NULL;
}

static uint8_t rights(const struct view *v, const char *tag, const char *member) {
    for (uint32_t i = 0; i < v->grant_count; i++) {
        const struct grant *g = &v->grant[i];
        if (!strcmp(g->type, tag) && (!g->member || !strcmp(g->member, member)))
            return g->may;
    }
    return v->may;
}

static struct btf_type base_of(const struct view *v, uint32_t id) {
    return btf_type(v->btf, btf_base(v->btf, id, NULL));
}

static bool is_structure(enum btf_kind kind) {
    return kind == BTF_STRUCT || kind == BTF_UNION;
}

static bool is_number(enum btf_kind kind) {
    return kind == BTF_INT || kind == BTF_ENUM || kind == BTF_ENUM64;
}

/* Is there no pointer in a value of this type, and do all its parts have these rights? */
static bool is_plain(const struct view *v, uint32_t id, uint8_t may) {
    struct btf_type t = base_of(v, id);
    if (t.kind == BTF_ARRAY)
        return is_plain(v, btf_array(v->btf, t).element, may);
    if (!is_structure(t.kind))
        return is_number(t.kind) || t.kind == BTF_FLOAT;
    for (uint32_t i = 0; i < t.len; i++) {
        struct btf_member m = btf_member(v->btf, t, i);
        if (rights(v, t.name, m.name) != may || !is_plain(v, m.type, may))
            return false;
    }
    return true;
}

/* The list of fields in the making; without room for them they are counted. */
struct fields {
    struct field *field;
    uint32_t count, room;
    bool full, no_memory;
};

static struct field *last_field(struct fields *f) {
    return f->count && f->count <= f->room ? &f->field[f->count - 1] : NULL;
}

static void add_field(struct fields *f, struct field field) {
    struct field *last = last_field(f);
    bool number = field.shape.kind == SHAPE_NUMBER;
    if (last && number && last->shape.kind == SHAPE_NUMBER && last->may == field.may &&
        field.offset <= last->offset + last->bytes) {
        uint32_t end = field.offset + field.bytes;
        if (end > last->offset + last->bytes)
            last->bytes = end - last->offset;
        return;
    }
    if (f->count == f->room) {
        f->full = true;
        return;
    }
    f->field[f->count++] = field;
}

static void add_structure(struct view *v, struct fields *f, struct btf_type t, uint32_t offset);

/* A member or element of type `id` at `offset`. */
static void add_value(struct view *v, struct fields *f, uint32_t id, const char *name,
                      uint32_t offset, uint8_t may) {
    struct btf_type t = base_of(v, id);
    uint32_t size = v->btf->size[t.id];
    if (is_plain(v, id, may)) {
        add_field(f, (struct field){.name = name,
                                    .offset = offset,
                                    .bytes = size,
                                    .may = may,
                                    .shape = {.kind = SHAPE_NUMBER}});
        return;
    }
    if (t.kind == BTF_STRUCT) {
        add_structure(v, f, t, offset);
    } else if (t.kind == BTF_ARRAY) {
        struct btf_array a = btf_array(v->btf, t);
        uint32_t step = v->btf->size[btf_base(v->btf, a.element, NULL)];
        for (uint32_t i = 0; i < a.count && i < ELEMENTS_MAX; i++)
            add_value(v, f, a.element, name, offset + i * step, may);
    } else if (t.kind == BTF_PTR) {
        struct field field = {.name = name, .offset = offset, .bytes = 8, .may = may & MAY_READ};
        f->no_memory |= !view_shape(v, t.id, true, &field.shape);
        if (field.shape.kind != SHAPE_NONE)
            add_field(f, field);
    }
}

static void add_structure(struct view *v, struct fields *f, struct btf_type t, uint32_t offset) {
    for (uint32_t i = 0; i < t.len; i++) {
        struct btf_member m = btf_member(v->btf, t, i);
        uint8_t may = rights(v, t.name, m.name);
        uint32_t at = offset + m.bit_offset / 8;
        if (m.bits)
            add_field(f, (struct field){.name = m.name,
                                        .offset = at,
                                        .bytes = (m.bit_offset % 8 + m.bits + 7) / 8,
                                        .may = may,
                                        .shape = {.kind = SHAPE_NUMBER}});
        else
            add_value(v, f, m.type, m.name, at, may);
    }
}

/* The object type of a structure; it exists before its fields do, for a structure may point to its
 * like. */
static const struct object_type *object_of(struct view *v, struct btf_type t) {
    if (v->object[t.id])
        return v->object[t.id];
    struct object_type *object = v->object[t.id] = arena_allocate(v->arena, 1, sizeof *object);
    uint32_t bytes = v->btf->size[t.id],
             room = bytes < VIEW_FIELDS_MAX ? bytes + 1 : VIEW_FIELDS_MAX;
    struct field *field = arena_allocate(v->arena, room, sizeof *field);
    if (!object || !field)
        return NULL;
    struct fields f = {.field = field, .room = room};
    *object = (struct object_type){.name = t.name, .bytes = bytes, .field = field};
    if (t.kind == BTF_STRUCT)
        add_structure(v, &f, t, 0);
    object->field_count = f.count;
    return f.no_memory ? NULL : object;
}

bool view_shape(struct view *v, uint32_t type, bool nullable, struct shape *shape) {
    struct btf_type t = base_of(v, type);
    uint8_t null = nullable ? MAY_BE_NULL : 0;
    *shape = (struct shape){.kind = SHAPE_NONE};
    if (is_number(t.kind)) {
        shape->kind = SHAPE_NUMBER;
        return true;
    }
    if (t.kind != BTF_PTR)
        return true;
    struct btf_type to = base_of(v, t.type_size);
    if (!is_structure(to.kind))
        return true;
    uint8_t may = to.len ? rights(v, to.name, btf_member(v->btf, to, 0).name) : 0;
    if (is_plain(v, to.id, may)) {
        *shape =
            (struct shape){.kind = SHAPE_MEMORY, .may = may | null, .bytes = v->btf->size[to.id]};
        return true;
    }
    *shape = (struct shape){
        .kind = SHAPE_OBJECT, .may = MAY_READ_WRITE | null, .object = object_of(v, to)};
    return shape->object != NULL;
}

bool view_signature(struct view *v, uint32_t type, struct signature *signature) {
    struct btf_type t = base_of(v, type);
    if (t.kind == BTF_FUNC)
        t = base_of(v, t.type_size);
    *signature = (struct signature){.facts = 0};
    if (t.kind != BTF_FUNC_PROTO || t.len > PARAMETERS)
        return false;
    for (uint32_t i = 0; i < t.len; i++) {
        struct shape *shape = &signature->parameter[i];
        if (!view_shape(v, btf_parameter(v->btf, t, i).type, false, shape) ||
            shape->kind == SHAPE_NONE)
            return false;
    }
    return view_shape(v, t.type_size, true, &signature->result);
}
