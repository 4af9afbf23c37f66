/* SPDX-License-Identifier: MIT */
/* object_file.c -- the ELF header and the section headers (System V gABI, chapter 4). Decides what
 * each section is: code, data, or something that takes no memory. */
#include "engine/object/internal.h"
#include "engine/assert.h"

#include "engine/base/sort.h"
#include "lib/string.h"

static const struct relocatable bpf = {
    .machine = 247,
    .not_elf = OBJECT_RULE_NOT_ELF,
    .not_object = OBJECT_RULE_NOT_OBJECT,
    .other_machine = OBJECT_RULE_NOT_BPF,
    .section_align = OBJECT_RULE_SECTION_ALIGN,
    .section_bounds = OBJECT_RULE_SECTION_BOUNDS,
};

static bool refuse(struct load *load, enum rule rule, uint64_t offset) {
    return report_refuse_at(load->why, rule, NULL, offset);
}

/* Finds the table: *at, for section_count sections. */
static bool find_table(struct load *load, uint64_t *at) {
    struct bytes f = load->object->file;
    uint32_t count = bytes_u16(f, IN_FILE_SECTION_COUNT);
    *at = bytes_u64(f, IN_FILE_SECTIONS);
    if (bytes_u16(f, IN_FILE_SECTION_BYTES) != SECTION_HEADER_BYTES)
        return refuse(load, OBJECT_RULE_SECTION_TABLE, IN_FILE_SECTION_BYTES);
    if (count < 1 || count > OBJECT_SECTIONS_MAX)
        return refuse(load, OBJECT_RULE_SECTION_TABLE, IN_FILE_SECTION_COUNT);
    if (*at < FILE_HEADER_BYTES || !bytes_has(f, *at, (uint64_t)count * SECTION_HEADER_BYTES))
        return refuse(load, OBJECT_RULE_SECTION_TABLE, IN_FILE_SECTIONS);
    load->names = bytes_u16(f, IN_FILE_NAMES);
    if (load->names >= count)
        return refuse(load, OBJECT_RULE_STRING_TABLE, IN_FILE_NAMES);
    load->object->section_count = count;
    return true;
}

/* Reads the header at `at`; its name is not known yet. */
static bool read_section(struct load *load, struct object_section *s, uint64_t at) {
    struct bytes f = load->object->file;
    uint32_t align = bytes_u32(f, at + IN_HEADER_ALIGN);
    *s = (struct object_section){
        .name = "",
        .type = bytes_u32(f, at + IN_HEADER_TYPE),
        .link = bytes_u32(f, at + IN_HEADER_LINK),
        .info = bytes_u32(f, at + IN_HEADER_INFO),
        .flags = bytes_u64(f, at + IN_HEADER_FLAGS),
        .memory_bytes = bytes_u64(f, at + IN_HEADER_SIZE),
        .align = align ? align : 1,
        .header_at = (uint32_t)at,
        .number = OBJECT_NONE,
    };
    return relocatable_section(&bpf, f, at, &s->data, load->why);
}

static bool read_name(struct load *load, struct object_section *s) {
    struct bytes names = load->object->section[load->names].data;
    s->name = bytes_string(names, bytes_u32(load->object->file, s->header_at + IN_HEADER_NAME),
                           OBJECT_NAME_MAX);
    bool valid = s->name;
    for (const char *p = s->name; valid && *p; p++)
        valid = *p >= ' ' && *p <= '~';
    if (!valid)
        return object_refuse_header(load, OBJECT_RULE_NAME, s, IN_HEADER_NAME);
    return true;
}

static bool add_code(struct load *load, struct object_section *s) {
    uint32_t slots = load->object->slots;
    if (s->data.len % INSN_BYTES || s->data.len / INSN_BYTES > OBJECT_SLOTS_MAX - slots)
        return object_refuse_header(load, OBJECT_RULE_CODE_SIZE, s, IN_HEADER_SIZE);
    s->role = ROLE_CODE;
    s->number = slots;
    load->object->slots += (uint32_t)(s->data.len / INSN_BYTES);
    return true;
}

static bool add_data(struct load *load, struct object_section *s, uint64_t *bytes) {
    if (strcmp(s->name, ".maps") == 0 || strcmp(s->name, "maps") == 0)
        return object_refuse_header(load, OBJECT_RULE_MAPS, s, IN_HEADER_NAME);
    if (s->memory_bytes > OBJECT_DATA_MAX - *bytes)
        return object_refuse_header(load, OBJECT_RULE_DATA_SIZE, s, IN_HEADER_SIZE);
    *bytes += s->memory_bytes;
    s->role = ROLE_DATA;
    s->number = load->object->variable_count++;
    return true;
}

/* Decides what a section is for. *bytes counts those of data. */
static bool classify(struct load *load, struct object_section *s, uint64_t *bytes) {
    if ((s->flags & (FLAG_TLS | FLAG_COMPRESSED)) ||
        (s->flags & FLAG_WRITE && s->flags & FLAG_EXECUTE))
        return object_refuse_header(load, OBJECT_RULE_SECTION_FLAGS, s, IN_HEADER_FLAGS);
    if (!(s->flags & FLAG_ALLOC) || s->type == 0)
        return true;
    if (s->type != SECTION_PROGBITS && (s->type != SECTION_NOBITS || s->flags & FLAG_EXECUTE))
        return object_refuse_header(load, OBJECT_RULE_SECTION_KIND, s, IN_HEADER_TYPE);
    return s->flags & FLAG_EXECUTE ? add_code(load, s) : add_data(load, s, bytes);
}

static bool is_before(const void *of, uint32_t a, uint32_t b) {
    const struct object *o = of;
    return o->section[a].data.at < o->section[b].data.at;
}

/* No two sections, nor a section and a header, may lie over each other. */
static bool check_overlap(struct load *load, uint64_t table_at) {
    struct object *o = load->object;
    uint32_t n = 0, *order = arena_allocate(&o->arena, o->section_count, sizeof *order);
    if (!order)
        return refuse(load, RULE_NO_MEMORY, 0);
    for (uint32_t i = 0; i < o->section_count; i++)
        if (o->section[i].data.len)
            order[n++] = i;
    ENGINE_ASSERT(o->slots <= OBJECT_SLOTS_MAX && o->variable_count < o->section_count,
                  "%u slots, %u variables", o->slots, o->variable_count);
    sort_numbers(order, n, is_before, o);
    const uint8_t *end = o->file.at + FILE_HEADER_BYTES;
    const uint8_t *table = o->file.at + table_at,
                  *table_end = table + o->section_count * SECTION_HEADER_BYTES;
    for (uint32_t i = 0; i < n; i++) {
        struct object_section *s = &o->section[order[i]];
        if (s->data.at < end || (s->data.at < table_end && table < s->data.at + s->data.len))
            return object_refuse_header(load, OBJECT_RULE_SECTION_OVERLAP, s, IN_HEADER_OFFSET);
        end = s->data.at + s->data.len;
    }
    return true;
}

static bool fill_variables(struct load *load) {
    struct object *o = load->object;
    o->variable = arena_allocate(&o->arena, o->variable_count, sizeof *o->variable);
    if (!o->variable)
        return refuse(load, RULE_NO_MEMORY, 0);
    for (uint32_t i = 0; i < o->section_count; i++) {
        const struct object_section *s = &o->section[i];
        if (s->role == ROLE_DATA)
            o->variable[s->number] = (struct object_variable){
                .name = s->name,
                .initial = s->type == SECTION_NOBITS ? NULL : s->data.at,
                .bytes = (uint32_t)s->memory_bytes,
                .align = s->align,
                .writable = s->flags & FLAG_WRITE,
            };
    }
    return true;
}

bool object_read_sections(struct load *load) {
    struct object *o = load->object;
    uint64_t table_at, bytes = 0;
    if (!relocatable_check(&bpf, o->file, load->why) || !find_table(load, &table_at))
        return false;
    o->section = arena_allocate(&o->arena, o->section_count, sizeof *o->section);
    if (!o->section)
        return refuse(load, RULE_NO_MEMORY, 0);
    for (uint32_t i = 0; i < o->section_count; i++)
        if (!read_section(load, &o->section[i], table_at + i * SECTION_HEADER_BYTES))
            return false;
    if (o->section[load->names].type != SECTION_STRTAB)
        return refuse(load, OBJECT_RULE_STRING_TABLE, IN_FILE_NAMES);
    for (uint32_t i = 0; i < o->section_count; i++)
        if (!read_name(load, &o->section[i]) || !classify(load, &o->section[i], &bytes))
            return false;
    return check_overlap(load, table_at) && fill_variables(load);
}

const struct object_section *object_section_named(const struct object *object, const char *name) {
    for (uint32_t i = 0; i < object->section_count; i++)
        if (strcmp(object->section[i].name, name) == 0)
            return &object->section[i];
    return NULL;
}
