/* SPDX-License-Identifier: MIT */
/* object_symbol.c -- the symbol table: which functions and variables the object defines. Static
 * ones count too; the source's names help in messages. */
#include "engine/object/internal.h"

#include "engine/assert.h"
#include "engine/base/sort.h"
#include "lib/string.h"

static struct object_section *table(const struct load *load) {
    return &load->object->section[load->symbols];
}

static bool refuse(struct load *load, enum rule rule, uint32_t symbol, uint32_t field) {
    return object_refuse_at(load, rule, table(load), (uint64_t)symbol * SYMBOL_BYTES + field);
}

struct symbol object_symbol(const struct load *load, uint32_t i) {
    return symbol_read(table(load)->data, load->object->section[table(load)->link].data, i);
}

/* Finds the symbol table. An object without one defines nothing. */
static bool find_table(struct load *load) {
    struct object *o = load->object;
    for (uint32_t i = 0; i < o->section_count; i++) {
        const struct object_section *s = &o->section[i];
        if (s->type != SECTION_SYMTAB)
            continue;
        if (load->symbols)
            return object_refuse_header(load, OBJECT_RULE_SYMBOL_TABLE, s, IN_HEADER_TYPE);
        if (s->data.len % SYMBOL_BYTES || s->data.len / SYMBOL_BYTES > OBJECT_SYMBOLS_MAX)
            return object_refuse_header(load, OBJECT_RULE_SYMBOL_TABLE, s, IN_HEADER_SIZE);
        if (s->link >= o->section_count || o->section[s->link].type != SECTION_STRTAB)
            return object_refuse_header(load, OBJECT_RULE_STRING_TABLE, s, IN_HEADER_LINK);
        load->symbols = i;
        load->symbol_count = (uint32_t)(s->data.len / SYMBOL_BYTES);
    }
    return true;
}

static bool check_name(struct load *load, uint32_t i) {
    struct bytes names = load->object->section[table(load)->link].data;
    const char *name = bytes_string(
        names, bytes_u32(table(load)->data, (uint64_t)i * SYMBOL_BYTES + IN_SYMBOL_NAME),
        OBJECT_NAME_MAX);
    bool valid = name;
    for (const char *p = name; valid && *p; p++)
        valid = *p > ' ' && *p <= '~';
    return valid || refuse(load, OBJECT_RULE_NAME, i, IN_SYMBOL_NAME);
}

/* A symbol of the source: is it where such a thing can be? */
static bool check_definition(struct load *load, uint32_t i, struct symbol y) {
    const struct object_section *s = &load->object->section[y.section];
    if (y.value > s->memory_bytes || y.size > s->memory_bytes - y.value)
        return refuse(load, OBJECT_RULE_SYMBOL_BOUNDS, i, IN_SYMBOL_VALUE);
    if (y.type != SYMBOL_FUNC)
        return true;
    if (s->role != ROLE_CODE)
        return refuse(load, OBJECT_RULE_SYMBOL_SECTION, i, IN_SYMBOL_SECTION);
    if (y.value % INSN_BYTES || y.size % INSN_BYTES || y.size == 0)
        return refuse(load, OBJECT_RULE_FUNCTION_BOUNDS, i, IN_SYMBOL_VALUE);
    return true;
}

static bool check_symbol(struct load *load, uint32_t i) {
    if (!check_name(load, i))
        return false;
    struct symbol y = object_symbol(load, i);
    if (y.type > SYMBOL_FILE || y.bind > BIND_WEAK)
        return refuse(load, OBJECT_RULE_SYMBOL_KIND, i, IN_SYMBOL_INFO);
    if (y.section == 0 || (y.type == SYMBOL_FILE && y.section == SECTION_ABSOLUTE))
        return true;
    if (y.section >= load->object->section_count)
        return refuse(load, OBJECT_RULE_SYMBOL_SECTION, i, IN_SYMBOL_SECTION);
    return check_definition(load, i, y);
}

/* Does the symbol name a function or variable that is in memory? */
static bool is_defined(const struct load *load, struct symbol y, uint8_t type,
                       enum object_role role) {
    return y.type == type && y.section && y.section < load->object->section_count &&
           load->object->section[y.section].role == role;
}

static bool is_before(const void *of, uint32_t a, uint32_t b) {
    int order = strcmp(object_symbol(of, a).name, object_symbol(of, b).name);
    return order ? order < 0 : a < b;
}

/* No two global definitions may have one name. */
static bool check_names_differ(struct load *load) {
    uint32_t n = 0,
             *order = arena_allocate(&load->object->arena, load->symbol_count, sizeof *order);
    if (!order)
        return refuse(load, RULE_NO_MEMORY, 0, 0);
    for (uint32_t i = 1; i < load->symbol_count; i++) {
        struct symbol y = object_symbol(load, i);
        if (y.bind != BIND_LOCAL && y.section)
            order[n++] = i;
    }
    sort_numbers(order, n, is_before, load);
    for (uint32_t i = 1; i < n; i++)
        if (strcmp(object_symbol(load, order[i - 1]).name, object_symbol(load, order[i]).name) == 0)
            return refuse(load, OBJECT_RULE_TWICE, order[i], IN_SYMBOL_NAME);
    return true;
}

static bool starts_before(const void *of, uint32_t a, uint32_t b) {
    const struct load *load = of;
    struct symbol x = object_symbol(load, a), y = object_symbol(load, b);
    uint32_t in_x = load->object->section[x.section].number,
             in_y = load->object->section[y.section].number;
    return in_x != in_y ? in_x < in_y : x.value != y.value ? x.value < y.value : a < b;
}

static bool fill_functions(struct load *load) {
    struct object *o = load->object;
    uint32_t n = 0, *order = arena_allocate(&o->arena, load->symbol_count, sizeof *order);
    if (!order)
        return refuse(load, RULE_NO_MEMORY, 0, 0);
    for (uint32_t i = 1; i < load->symbol_count; i++)
        if (is_defined(load, object_symbol(load, i), SYMBOL_FUNC, ROLE_CODE))
            order[n++] = i;
    sort_numbers(order, n, starts_before, load);
    if (!(o->function = arena_allocate(&o->arena, n, sizeof *o->function)))
        return refuse(load, RULE_NO_MEMORY, 0, 0);
    for (uint32_t i = 0, end = 0; i < n; i++) {
        struct symbol y = object_symbol(load, order[i]);
        uint32_t start = o->section[y.section].number + (uint32_t)(y.value / INSN_BYTES);
        if (start < end)
            return refuse(load, OBJECT_RULE_FUNCTION_BOUNDS, order[i], IN_SYMBOL_VALUE);
        end = start + (uint32_t)(y.size / INSN_BYTES);
        o->function[i] = (struct object_function){
            .name = y.name,
            .section = y.section,
            .start = start,
            .end = end,
            .type = o->has_types ? btf_find(&o->btf, BTF_FUNC, y.name) : 0,
            .global = y.bind != BIND_LOCAL,
        };
    }
    o->function_count = n;
    return true;
}

/* The type of a variable, if it is known and fits into the room that the variable has. */
static uint32_t type_of_variable(const struct object *o, struct symbol y) {
    uint32_t type = o->has_types ? btf_find(&o->btf, BTF_VAR, y.name) : 0;
    return type && o->btf.size[type] <= y.size ? type : 0;
}

static bool fill_globals(struct load *load) {
    struct object *o = load->object;
    uint32_t n = 0;
    for (uint32_t i = 1; i < load->symbol_count; i++)
        n += is_defined(load, object_symbol(load, i), SYMBOL_OBJECT, ROLE_DATA);
    if (!(o->global = arena_allocate(&o->arena, n, sizeof *o->global)))
        return refuse(load, RULE_NO_MEMORY, 0, 0);
    for (uint32_t i = 1; i < load->symbol_count; i++) {
        struct symbol y = object_symbol(load, i);
        if (is_defined(load, y, SYMBOL_OBJECT, ROLE_DATA))
            o->global[o->global_count++] = (struct object_global){
                .name = y.name,
                .variable = o->section[y.section].number,
                .offset = (uint32_t)y.value,
                .bytes = (uint32_t)y.size,
                .type = type_of_variable(o, y),
                .global = y.bind != BIND_LOCAL,
            };
    }
    ENGINE_ASSERT(o->global_count == n, "%u globals, counted as %u", o->global_count, n);
    return true;
}

bool object_read_symbols(struct load *load) {
    if (!find_table(load))
        return false;
    for (uint32_t i = 0; i < load->symbol_count; i++)
        if (!check_symbol(load, i))
            return false;
    return check_names_differ(load) && fill_functions(load) && fill_globals(load);
}
