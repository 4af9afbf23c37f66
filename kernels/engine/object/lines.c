/* SPDX-License-Identifier: MIT */
/* lines.c -- one table, a line for each slot, whatever the lines came from. The formats say where a
 * line starts; it lasts until the next one, or until a place where lines are said to end, but never
 * beyond its section. */
#include "engine/lines.h"
#include "engine/assert.h"

#include "engine/object/lines_part.h"
#include "lib/format.h"
#include "lib/string.h"

struct line *line_for(struct load *load, const struct object_section *s, uint64_t offset) {
    ENGINE_ASSERT(s->role == ROLE_CODE && offset < s->data.len, "%s+%llu is no code", s->name,
                  (unsigned long long)offset);
    return &load->object->line[s->number + offset / INSN_BYTES];
}

static void spread(struct object *o, const struct object_section *s) {
    const struct line *last = NULL;
    for (uint32_t i = s->number; i < s->number + s->data.len / INSN_BYTES; i++) {
        if (o->line[i].state == LINE_STARTS)
            last = &o->line[i];
        else if (o->line[i].state == LINE_ENDS)
            last = NULL;
        else if (last)
            o->line[i] = *last;
    }
}

bool object_read_lines(struct load *load) {
    struct object *o = load->object;
    bool found = false;
    o->line = arena_allocate(&o->arena, o->slots, sizeof *o->line);
    if (!o->line)
        return report_refuse_at(load->why, RULE_NO_MEMORY, NULL, 0);
    if (!lines_read_btf(load, &found) || (!found && !lines_read_dwarf(load, &found)))
        return false;
    for (uint32_t i = 0; i < o->section_count; i++)
        if (o->section[i].role == ROLE_CODE)
            spread(o, &o->section[i]);
    return true;
}

const struct line *line_at(const struct object *object, uint32_t slot) {
    ENGINE_ASSERT(slot < object->slots, "slot %u of %u", slot, object->slots);
    const struct line *line = &object->line[slot];
    return line->state == LINE_STARTS && line->number ? line : NULL;
}

static void near_text(const struct object *object, uint32_t slot, char *into, size_t size) {
    const struct object_function *f = object_function_at(object, slot);
    const struct object_section *s = object_section_at(object, slot);
    format_text(into, size, "%s+%u", f ? f->name : s->name,
                (unsigned)(slot - (f ? f->start : s->number)));
}

char *place_text(const struct object *object, uint32_t slot, char into[PLACE_TEXT_MAX]) {
    char near[OBJECT_NAME_MAX + 16];
    const struct line *line = line_at(object, slot);
    near_text(object, slot, near, sizeof near);
    if (!line)
        memcpy(into, near, strlen(near) + 1);
    else if (line->column)
        format_text(into, PLACE_TEXT_MAX, "%.255s:%u:%u (in %s)", line->file,
                    (unsigned)line->number, (unsigned)line->column, near);
    else
        format_text(into, PLACE_TEXT_MAX, "%.255s:%u (in %s)", line->file, (unsigned)line->number,
                    near);
    return into;
}
