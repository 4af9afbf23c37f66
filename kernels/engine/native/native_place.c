/* SPDX-License-Identifier: MIT */
/* native_place.c -- puts the sections into memory and relocates them (System V ABI, AMD64
 * supplement, 4.4). Code and constants share one piece of code memory, which will be sealed;
 * variables have their own, which is never executable. */
#include "engine/native/internal.h"

#include "engine/assert.h"
#include "lib/string.h"

#define MEMORY_MAX      (16u << 20) /* of each of the two pieces */
#define FILL_BREAKPOINT 0xcc        /* between sections of code: control that strays there traps */

/* Places the sections of a region from *bytes on. */
static bool lay_out(struct loading *load, enum region region, uint64_t *bytes) {
    for (uint32_t i = 0; i < load->section_count; i++) {
        struct native_section *s = &load->section[i];
        if (s->region != region)
            continue;
        *bytes = (*bytes + s->align - 1) & ~((uint64_t)s->align - 1);
        if (*bytes > MEMORY_MAX || s->memory_bytes > MEMORY_MAX - *bytes)
            return native_refuse_section(load, NATIVE_RULE_SIZE, s);
        s->at = *bytes;
        *bytes += s->memory_bytes;
    }
    return true;
}

/* Short code memory starts at a multiple of CODE_ALIGN only: a section that wants more gets whole
 * pages. */
static uint64_t long_enough(const struct loading *load, uint64_t code_bytes) {
    for (uint32_t i = 0; i < load->section_count; i++) {
        const struct native_section *s = &load->section[i];
        if (s->align > CODE_ALIGN && code_bytes < CODE_PAGE &&
            (s->region == REGION_CODE || s->region == REGION_CONSTANTS))
            return CODE_PAGE;
    }
    return code_bytes;
}

static bool map(struct loading *load, uint64_t code_bytes, uint64_t data_bytes) {
    const struct hooks *hooks = load->with->hooks;
    struct native *n = load->native;
    if (code_bytes == 0)
        return report_refuse_at(load->why, NATIVE_RULE_NO_FUNCTION, NULL, 0);
    if (data_bytes && !hooks->data_map)
        return report_refuse_at(load->why, NATIVE_RULE_NO_VARIABLES, NULL, 0);
    if (data_bytes) {
        n->data = hooks->data_map(hooks->owner, data_bytes);
        n->data_bytes = data_bytes;
        if (!n->data)
            return report_refuse_at(load->why, RULE_NO_MEMORY, NULL, 0);
    }
    if (!hooks->code_map(hooks->owner, code_bytes, &n->code)) {
        n->code = (struct code_memory){0};
        return report_refuse_at(load->why, RULE_NO_MEMORY, NULL, 0);
    }
    memset(n->code.write, FILL_BREAKPOINT, code_bytes);
    return true;
}

static void fill(struct loading *load) {
    struct native *n = load->native;
    for (uint32_t i = 0; i < load->section_count; i++) {
        struct native_section *s = &load->section[i];
        if (s->region == REGION_NONE || s->memory_bytes == 0)
            continue;
        ENGINE_ASSERT(s->at + s->memory_bytes <=
                          (s->region == REGION_DATA ? n->data_bytes : n->code.bytes),
                      "%s ends beyond what is mapped", s->name);
        uint8_t *run = s->region == REGION_DATA ? n->data : n->code.run;
        uint8_t *write = s->region == REGION_DATA ? n->data : n->code.write;
        s->write = write + s->at;
        s->run = (uintptr_t)run + s->at;
        if (write && s->bytes.len) /* map() has made what sections need, which clang cannot see */
            memcpy(s->write, s->bytes.at, s->bytes.len);
    }
}

bool native_place_sections(struct loading *load) {
    uint64_t code_bytes = 0, data_bytes = 0;
    if (!lay_out(load, REGION_CODE, &code_bytes) || !lay_out(load, REGION_CONSTANTS, &code_bytes) ||
        !lay_out(load, REGION_DATA, &data_bytes) ||
        !map(load, long_enough(load, code_bytes), data_bytes))
        return false;
    fill(load);
    for (uint32_t i = 1; i < load->symbol_count; i++) {
        struct symbol y = native_symbol(load, i);
        if (y.section && y.section < load->section_count &&
            load->section[y.section].region != REGION_NONE)
            load->address[i] = load->section[y.section].run + y.value;
    }
    return true;
}

enum { R_64 = 1, R_PC32 = 2, R_PLT32 = 4, R_32 = 10, R_32S = 11 };

/* What goes into the field, in *value, and how wide that is; 0 for an unknown kind, -1 if it does
 * not fit. */
static int relocated(uint32_t kind, uint64_t target, uint64_t place, uint64_t *value) {
    *value = kind == R_PC32 || kind == R_PLT32 ? target - place : target;
    switch (kind) {
    case R_64:
        return 8;
    case R_PC32:
    case R_PLT32:
    case R_32S:
        return (int64_t)*value == (int32_t)*value ? 4 : -1;
    case R_32:
        return *value == (uint32_t)*value ? 4 : -1;
    default:
        return 0;
    }
}

/* Applies the relocation at `at` of table r to section s. */
static bool relocate_one(struct loading *load, const struct native_section *r,
                         const struct native_section *s, uint64_t at) {
    uint64_t offset = bytes_u64(r->bytes, at), value;
    uint32_t kind = bytes_u32(r->bytes, at + 8), symbol = bytes_u32(r->bytes, at + 12);
    uint64_t addend = bytes_u64(r->bytes, at + 16);
    if (symbol == 0 || symbol >= load->symbol_count)
        return report_refuse_at(load->why, NATIVE_RULE_RELOC_SYMBOL, r->name, at);
    struct symbol y = native_symbol(load, symbol);
    if (y.section &&
        (y.section >= load->section_count || load->section[y.section].region == REGION_NONE))
        return report_refuse_at(load->why, NATIVE_RULE_RELOC_SYMBOL, r->name, at);
    int width = relocated(kind, load->address[symbol] + addend, s->run + offset, &value);
    if (width == 0)
        return report_refuse_at(load->why, NATIVE_RULE_RELOC_KIND, r->name, at);
    if (!bytes_has(s->bytes, offset, width < 0 ? 4 : (uint64_t)width))
        return report_refuse_at(load->why, NATIVE_RULE_RELOC_PLACE, r->name, at);
    if (width < 0)
        return report_refuse_at(load->why, NATIVE_RULE_RELOC_RANGE, y.name, at);
    ENGINE_ASSERT(s->write && offset + (uint64_t)width <= s->memory_bytes,
                  "%s is relocated at %llu, where it is not", s->name, (unsigned long long)offset);
    memcpy(s->write + offset, &value, (size_t)width);
    return true;
}

bool native_relocate(struct loading *load) {
    for (uint32_t i = 0; i < load->section_count; i++) {
        const struct native_section *r = &load->section[i];
        if ((r->type != SECTION_RELA && r->type != SECTION_REL) || r->info >= load->section_count ||
            load->section[r->info].region == REGION_NONE)
            continue; /* of what is not loaded, as debugging information */
        if (r->type == SECTION_REL || r->link != load->symbols || r->bytes.len % RELA_BYTES)
            return native_refuse_section(load, NATIVE_RULE_RELOC_TABLE, r);
        for (uint64_t at = 0; at < r->bytes.len; at += RELA_BYTES)
            if (!relocate_one(load, r, &load->section[r->info], at))
                return false;
    }
    return true;
}
