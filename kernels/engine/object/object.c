/* SPDX-License-Identifier: MIT */
/* object.c -- opens an object: each part in its turn, and everything back if one of
 * them refuses. */
#include "engine/object/internal.h"
#include "engine/assert.h"

#include "lib/string.h"

static bool read_types(struct load *load) {
    struct object *o = load->object;
    const struct object_section *s = object_section_named(o, ".BTF");
    if (!s || s->type != SECTION_PROGBITS)
        return true;
    o->has_types = true;
    return btf_open(&o->btf, &o->arena, s->data, load->why);
}

bool object_open(struct object *object, const struct hooks *hooks, const void *file, size_t len,
                 struct report *why) {
    struct load load = {.object = object, .why = why};
    *object = (struct object){.file = {file, len}, .arena = {.hooks = hooks}};
    if (len > OBJECT_BYTES_MAX)
        return report_refuse_at(why, OBJECT_RULE_FILE_SIZE, NULL, OBJECT_BYTES_MAX);
    if (object_read_sections(&load) && read_types(&load) && object_read_symbols(&load) &&
        object_relocate(&load) && object_read_lines(&load))
        return true;
    object_close(object);
    return false;
}

void object_close(struct object *object) {
    arena_release(&object->arena);
    *object = (struct object){.arena = {.hooks = object->arena.hooks}};
}

const struct object_function *object_function_at(const struct object *object, uint32_t slot) {
    uint32_t low = 0, high = object->function_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (object->function[middle].end <= slot)
            low = middle + 1;
        else
            high = middle;
    }
    const struct object_function *f = &object->function[low];
    ENGINE_ASSERT(low == object->function_count || f->end > slot, "%u is behind %s", slot, f->name);
    return low < object->function_count && f->start <= slot ? f : NULL;
}

const struct object_function *object_function_named(const struct object *object, const char *name) {
    for (uint32_t i = 0; i < object->function_count; i++)
        if (strcmp(object->function[i].name, name) == 0)
            return &object->function[i];
    return NULL;
}

const struct object_section *object_section_at(const struct object *object, uint32_t slot) {
    const struct object_section *s = object->section;
    ENGINE_ASSERT(slot < object->slots, "slot %u of %u", slot, object->slots);
    while (s->role != ROLE_CODE || slot < s->number || slot - s->number >= s->data.len / INSN_BYTES)
        s++;
    return s;
}
