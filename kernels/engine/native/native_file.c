/* SPDX-License-Identifier: MIT */
/* native_file.c -- the object as a file: ELF64 (System V gABI, chapter 4), x86-64, relocatable. */
#include "engine/native/internal.h"
#include "engine/assert.h"

#include "lib/string.h"

enum { SECTIONS_MAX = 1024, NAME_MAX = 255 };

static const struct relocatable x86_64 = {
    .machine = 62,
    .not_elf = NATIVE_RULE_NOT_ELF,
    .not_object = NATIVE_RULE_NOT_OBJECT,
    .other_machine = NATIVE_RULE_NOT_NATIVE,
    .section_align = NATIVE_RULE_SECTION_ALIGN,
    .section_bounds = NATIVE_RULE_SECTION_BOUNDS,
};

static bool refuse(struct loading *load, enum rule rule, uint64_t offset) {
    return report_refuse_at(load->why, rule, NULL, offset);
}

/* Finds the table: *at, for section_count sections. */
static bool find_table(struct loading *load, uint64_t *at) {
    struct bytes f = load->object;
    uint32_t count = bytes_u16(f, IN_FILE_SECTION_COUNT);
    *at = bytes_u64(f, IN_FILE_SECTIONS);
    load->names = bytes_u16(f, IN_FILE_NAMES);
    if (bytes_u16(f, IN_FILE_SECTION_BYTES) != SECTION_HEADER_BYTES || count < 1 ||
        count > SECTIONS_MAX || !bytes_has(f, *at, (uint64_t)count * SECTION_HEADER_BYTES) ||
        load->names >= count)
        return refuse(load, NATIVE_RULE_SECTION_TABLE, IN_FILE_SECTIONS);
    load->section_count = count;
    return true;
}

static bool read_section(struct loading *load, struct native_section *s, uint64_t at) {
    struct bytes f = load->object;
    uint32_t align = bytes_u32(f, at + IN_HEADER_ALIGN);
    *s = (struct native_section){
        .name = "",
        .type = bytes_u32(f, at + IN_HEADER_TYPE),
        .link = bytes_u32(f, at + IN_HEADER_LINK),
        .info = bytes_u32(f, at + IN_HEADER_INFO),
        .align = align ? align : 1,
        .flags = bytes_u64(f, at + IN_HEADER_FLAGS),
        .memory_bytes = bytes_u64(f, at + IN_HEADER_SIZE),
        .header_at = (uint32_t)at,
    };
    return relocatable_section(&x86_64, f, at, &s->bytes, load->why);
}

/* Decides where a section goes. */
static bool classify(struct loading *load, struct native_section *s) {
    bool write = s->flags & FLAG_WRITE, execute = s->flags & FLAG_EXECUTE;
    if ((s->flags & (FLAG_TLS | FLAG_COMPRESSED)) || (write && execute))
        return native_refuse_section(load, NATIVE_RULE_SECTION_FLAGS, s);
    if (!(s->flags & FLAG_ALLOC) || s->type == 0)
        return true;
    if (s->type != SECTION_PROGBITS && (s->type != SECTION_NOBITS || !write))
        return native_refuse_section(load, NATIVE_RULE_SECTION_KIND, s);
    s->region = execute ? REGION_CODE : write ? REGION_DATA : REGION_CONSTANTS;
    return true;
}

bool native_read_sections(struct loading *load) {
    uint64_t at;
    if (!relocatable_check(&x86_64, load->object, load->why) || !find_table(load, &at))
        return false;
    load->section =
        arena_allocate(&load->native->arena, load->section_count, sizeof *load->section);
    if (!load->section)
        return refuse(load, RULE_NO_MEMORY, 0);
    for (uint32_t i = 0; i < load->section_count; i++)
        if (!read_section(load, &load->section[i], at + (uint64_t)i * SECTION_HEADER_BYTES))
            return false;
    struct bytes names = load->section[load->names].bytes;
    for (uint32_t i = 0; i < load->section_count; i++) {
        struct native_section *s = &load->section[i];
        s->name =
            bytes_string(names, bytes_u32(load->object, s->header_at + IN_HEADER_NAME), NAME_MAX);
        if (!s->name)
            return refuse(load, NATIVE_RULE_NAME, s->header_at + IN_HEADER_NAME);
        if (!classify(load, s))
            return false;
    }
    return true;
}

static struct bytes symbol_names(const struct loading *load) {
    return load->section[load->section[load->symbols].link].bytes;
}

struct symbol native_symbol(const struct loading *load, uint32_t i) {
    ENGINE_ASSERT(i < load->symbol_count, "symbol %u of %u", i, load->symbol_count);
    return symbol_read(load->section[load->symbols].bytes, symbol_names(load), i);
}

static bool check_symbol(struct loading *load, uint32_t i) {
    const struct native_section *table = &load->section[load->symbols];
    uint64_t at = (uint64_t)i * SYMBOL_BYTES;
    uint32_t name = bytes_u32(table->bytes, at + IN_SYMBOL_NAME);
    if (!bytes_string(symbol_names(load), name, NAME_MAX))
        return report_refuse_at(load->why, NATIVE_RULE_NAME, table->name, at);
    struct symbol y = native_symbol(load, i);
    if (y.type > SYMBOL_FILE || y.bind > BIND_WEAK)
        return report_refuse_at(load->why, NATIVE_RULE_SYMBOL_KIND, y.name, at);
    if (y.section == 0 || (y.section == SECTION_ABSOLUTE && y.type == SYMBOL_FILE))
        return true;
    if (y.section > 0xff00) /* common, absolute and what else has no section */
        return report_refuse_at(load->why, NATIVE_RULE_SYMBOL_KIND, y.name, at);
    if (y.section >= load->section_count || y.value > load->section[y.section].memory_bytes ||
        y.size > load->section[y.section].memory_bytes - y.value)
        return report_refuse_at(load->why, NATIVE_RULE_SYMBOL_BOUNDS, y.name, at);
    return true;
}

bool native_read_symbols(struct loading *load) {
    for (uint32_t i = 0; i < load->section_count; i++) {
        const struct native_section *s = &load->section[i];
        if (s->type != SECTION_SYMTAB)
            continue;
        if (load->symbols || s->bytes.len % SYMBOL_BYTES || s->link >= load->section_count ||
            load->section[s->link].type != SECTION_STRTAB)
            return native_refuse_section(load, NATIVE_RULE_SYMBOL_TABLE, s);
        load->symbols = i;
        load->symbol_count = (uint32_t)(s->bytes.len / SYMBOL_BYTES);
    }
    if (!load->symbols)
        return refuse(load, NATIVE_RULE_SYMBOL_TABLE, IN_FILE_SECTIONS);
    for (uint32_t i = 0; i < load->symbol_count; i++)
        if (!check_symbol(load, i))
            return false;
    return true;
}
