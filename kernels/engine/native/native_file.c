/* SPDX-License-Identifier: MIT */
/* native_file.c -- the object as a file: ELF64 (System V gABI, chapter 4), x86-64, relocatable. */
#include "engine/native/internal.h"

#include "lib/string.h"

enum {
    HEADER_BYTES = 64,
    SECTION_BYTES = 64,
    TYPE_OBJECT = 1,
    MACHINE_X86_64 = 62,
    ALIGN_MAX = 4096,
    SECTIONS_MAX = 1024,
    NAME_MAX = 255
};
enum { /* flags of a section */
       FLAG_WRITE = 1,
       FLAG_ALLOC = 2,
       FLAG_EXECUTE = 4,
       FLAG_TLS = 0x400,
       FLAG_COMPRESSED = 0x800
};
enum { /* fields of the header */
       AT_TYPE = 16,
       AT_MACHINE = 18,
       AT_SECTIONS = 40,
       AT_SECTION_BYTES = 58,
       AT_SECTION_COUNT = 60,
       AT_NAMES = 62
};
enum { /* fields of a section's header */
       IN_NAME = 0,
       IN_TYPE = 4,
       IN_FLAGS = 8,
       IN_OFFSET = 24,
       IN_SIZE = 32,
       IN_LINK = 40,
       IN_INFO = 44,
       IN_ALIGN = 48
};
#define SECTION_ABSOLUTE 0xfff1u

static bool refuse(struct loading *load, enum rule rule, uint64_t offset) {
    return report_refuse_at(load->why, rule, NULL, offset);
}

static bool check_header(struct loading *load) {
    static const uint8_t ident[7] = {0x7f, 'E', 'L', 'F', 2 /* 64 bits */, 1 /* little endian */,
                                     1};
    struct bytes f = load->object;
    if (!bytes_has(f, 0, HEADER_BYTES) || memcmp(f.at, ident, sizeof ident) != 0)
        return refuse(load, NATIVE_RULE_NOT_ELF, 0);
    if (bytes_u16(f, AT_TYPE) != TYPE_OBJECT)
        return refuse(load, NATIVE_RULE_NOT_OBJECT, AT_TYPE);
    if (bytes_u16(f, AT_MACHINE) != MACHINE_X86_64)
        return refuse(load, NATIVE_RULE_NOT_NATIVE, AT_MACHINE);
    return true;
}

/* Finds the table: *at, for section_count sections. */
static bool find_table(struct loading *load, uint64_t *at) {
    struct bytes f = load->object;
    uint32_t count = bytes_u16(f, AT_SECTION_COUNT);
    *at = bytes_u64(f, AT_SECTIONS);
    load->names = bytes_u16(f, AT_NAMES);
    if (bytes_u16(f, AT_SECTION_BYTES) != SECTION_BYTES || count < 1 || count > SECTIONS_MAX ||
        !bytes_has(f, *at, (uint64_t)count * SECTION_BYTES) || load->names >= count)
        return refuse(load, NATIVE_RULE_SECTION_TABLE, AT_SECTIONS);
    load->section_count = count;
    return true;
}

static bool read_section(struct loading *load, struct native_section *s, uint64_t at) {
    struct bytes f = load->object;
    uint64_t offset = bytes_u64(f, at + IN_OFFSET), size = bytes_u64(f, at + IN_SIZE);
    uint64_t align = bytes_u64(f, at + IN_ALIGN);
    *s = (struct native_section){
        .name = "",
        .type = bytes_u32(f, at + IN_TYPE),
        .link = bytes_u32(f, at + IN_LINK),
        .info = bytes_u32(f, at + IN_INFO),
        .align = align ? (uint32_t)align : 1,
        .flags = bytes_u64(f, at + IN_FLAGS),
        .memory_bytes = size,
        .header_at = (uint32_t)at,
    };
    if (align > ALIGN_MAX || (align & (align - 1)))
        return refuse(load, NATIVE_RULE_SECTION_ALIGN, at + IN_ALIGN);
    if (s->type == 0 || s->type == TYPE_NOBITS)
        return true;
    if (!bytes_has(f, offset, size))
        return refuse(load, NATIVE_RULE_SECTION_BOUNDS, at + IN_OFFSET);
    s->bytes = bytes_cut(f, offset, size);
    return true;
}

/* Decides where a section goes. */
static bool classify(struct loading *load, struct native_section *s) {
    bool write = s->flags & FLAG_WRITE, execute = s->flags & FLAG_EXECUTE;
    if ((s->flags & (FLAG_TLS | FLAG_COMPRESSED)) || (write && execute))
        return native_refuse_section(load, NATIVE_RULE_SECTION_FLAGS, s);
    if (!(s->flags & FLAG_ALLOC) || s->type == 0)
        return true;
    if (s->type != TYPE_PROGBITS && (s->type != TYPE_NOBITS || !write))
        return native_refuse_section(load, NATIVE_RULE_SECTION_KIND, s);
    s->region = execute ? REGION_CODE : write ? REGION_DATA : REGION_CONSTANTS;
    return true;
}

bool native_read_sections(struct loading *load) {
    uint64_t at;
    if (!check_header(load) || !find_table(load, &at))
        return false;
    load->section =
        arena_allocate(&load->native->arena, load->section_count, sizeof *load->section);
    if (!load->section)
        return refuse(load, NATIVE_RULE_NO_MEMORY, 0);
    for (uint32_t i = 0; i < load->section_count; i++)
        if (!read_section(load, &load->section[i], at + (uint64_t)i * SECTION_BYTES))
            return false;
    struct bytes names = load->section[load->names].bytes;
    for (uint32_t i = 0; i < load->section_count; i++) {
        struct native_section *s = &load->section[i];
        s->name = bytes_string(names, bytes_u32(load->object, s->header_at + IN_NAME), NAME_MAX);
        if (!s->name)
            return refuse(load, NATIVE_RULE_NAME, s->header_at + IN_NAME);
        if (!classify(load, s))
            return false;
    }
    return true;
}

enum {
    IN_SYMBOL_NAME = 0,
    IN_SYMBOL_INFO = 4,
    IN_SYMBOL_SECTION = 6,
    IN_SYMBOL_VALUE = 8,
    IN_SYMBOL_SIZE = 16
};

static struct bytes symbol_names(const struct loading *load) {
    return load->section[load->section[load->symbols].link].bytes;
}

struct native_symbol native_symbol(const struct loading *load, uint32_t i) {
    struct bytes t = load->section[load->symbols].bytes;
    uint64_t at = (uint64_t)i * SYMBOL_BYTES;
    return (struct native_symbol){
        .name = (const char *)symbol_names(load).at + bytes_u32(t, at + IN_SYMBOL_NAME),
        .type = t.at[at + IN_SYMBOL_INFO] & 15,
        .bind = t.at[at + IN_SYMBOL_INFO] >> 4,
        .section = bytes_u16(t, at + IN_SYMBOL_SECTION),
        .value = bytes_u64(t, at + IN_SYMBOL_VALUE),
        .size = bytes_u64(t, at + IN_SYMBOL_SIZE),
    };
}

static bool check_symbol(struct loading *load, uint32_t i) {
    const struct native_section *table = &load->section[load->symbols];
    uint64_t at = (uint64_t)i * SYMBOL_BYTES;
    uint32_t name = bytes_u32(table->bytes, at + IN_SYMBOL_NAME);
    if (!bytes_string(symbol_names(load), name, NAME_MAX))
        return report_refuse_at(load->why, NATIVE_RULE_NAME, table->name, at);
    struct native_symbol y = native_symbol(load, i);
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
        if (s->type != TYPE_SYMTAB)
            continue;
        if (load->symbols || s->bytes.len % SYMBOL_BYTES || s->link >= load->section_count ||
            load->section[s->link].type != TYPE_STRTAB)
            return native_refuse_section(load, NATIVE_RULE_SYMBOL_TABLE, s);
        load->symbols = i;
        load->symbol_count = (uint32_t)(s->bytes.len / SYMBOL_BYTES);
    }
    if (!load->symbols)
        return refuse(load, NATIVE_RULE_SYMBOL_TABLE, AT_SECTIONS);
    for (uint32_t i = 0; i < load->symbol_count; i++)
        if (!check_symbol(load, i))
            return false;
    return true;
}
