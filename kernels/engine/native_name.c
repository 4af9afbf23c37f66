/* SPDX-License-Identifier: MIT */
/* native_name.c -- names and types: what the object wants is found among what the domains export,
 * by name and, where both sides have types, by type; what it defines is listed. */
#include "engine/native_part.h"

#include "engine/btf_print.h"
#include "lib/string.h"

bool native_read_types(struct loading *load) {
    struct native *n = load->native;
    struct object_refusal why;
    for (uint32_t i = 0; i < load->section_count && !n->has_types; i++) {
        const struct native_section *s = &load->section[i];
        if (s->type != TYPE_PROGBITS || strcmp(s->name, ".BTF") != 0)
            continue;
        n->has_types = true;
        if (!btf_open(&n->btf, &n->arena, s->bytes, &why))
            return native_refuse(load->why,
                                 why.rule == OBJECT_RULE_NO_MEMORY ? NATIVE_RULE_NO_MEMORY
                                                                   : NATIVE_RULE_TYPES,
                                 s->name, why.offset);
        n->fingerprint = fingerprint_all(&n->btf, &n->arena);
        if (!n->fingerprint)
            return native_refuse(load->why, NATIVE_RULE_NO_MEMORY, s->name, 0);
    }
    return true;
}

/* The type under which the object declares what it is bound to, or 0. */
static uint32_t declared_type(const struct btf *btf, const struct native_name *found) {
    uint32_t base = btf_base(found->type.btf, found->type.type, NULL);
    bool is_function = btf_type(found->type.btf, base).kind == BTF_FUNC_PROTO;
    uint32_t id = btf_find(btf, is_function ? BTF_FUNC : BTF_VAR, found->name);
    return id ? btf_type(btf, id).type_size : 0;
}

/* Is the type of what is exported the one that the object declares under this name? An object
 * without types is taken at its signer's word. */
static bool check_type(struct loading *load, const struct native_name *found, uint64_t at) {
    struct native *n = load->native;
    if (!n->has_types || !found->type.btf)
        return true;
    struct typed offered = found->type,
                 wanted = {&n->btf, n->fingerprint, declared_type(&n->btf, found)};
    enum agreement agreement =
        wanted.type ? types_agree(&wanted, &offered, load->with->hooks) : DISAGREE;
    if (agreement == AGREE)
        return true;
    if (agreement == NO_MEMORY)
        return native_refuse(load->why, NATIVE_RULE_NO_MEMORY, found->name, at);
    struct native_refusal *why = load->why;
    btf_print_declaration(&n->btf, wanted.type, found->name, why->wanted, sizeof why->wanted);
    btf_print_declaration(offered.btf, offered.type, found->name, why->offered,
                          sizeof why->offered);
    return native_refuse(why, NATIVE_RULE_IMPORT_TYPE, found->name, at);
}

/* Finds what symbol i, which is defined elsewhere, is bound to. */
static bool bind_name(struct loading *load, uint32_t i) {
    const char *name = native_symbol(load, i).name;
    const struct native_name *found = NULL;
    uint64_t at = (uint64_t)i * SYMBOL_BYTES;
    for (uint32_t j = 0; j < load->with->name_count; j++) {
        const struct native_name *candidate = &load->with->name[j];
        if (strcmp(candidate->name, name) != 0)
            continue;
        if (found)
            return native_refuse(load->why, NATIVE_RULE_AMBIGUOUS, name, at);
        found = candidate;
    }
    if (!found)
        return native_refuse(load->why, NATIVE_RULE_UNRESOLVED, name, at);
    load->address[i] = found->address;
    return check_type(load, found, at);
}

bool native_bind_names(struct loading *load) {
    load->address = arena_allocate(&load->native->arena, load->symbol_count, sizeof *load->address);
    if (!load->address)
        return native_refuse(load->why, NATIVE_RULE_NO_MEMORY, NULL, 0);
    for (uint32_t i = 1; i < load->symbol_count; i++) /* symbol 0 is none */
        if (native_symbol(load, i).section == 0 && !bind_name(load, i))
            return false;
    return true;
}

static bool is_function(const struct loading *load, struct native_symbol y) {
    return y.type == SYMBOL_FUNC && y.bind == BIND_GLOBAL && y.section &&
           load->section[y.section].region == REGION_CODE;
}

bool native_list_functions(struct loading *load) {
    struct native *n = load->native;
    struct native_function *list = arena_allocate(&n->arena, load->symbol_count, sizeof *list);
    if (!list)
        return native_refuse(load->why, NATIVE_RULE_NO_MEMORY, NULL, 0);
    for (uint32_t i = 1; i < load->symbol_count; i++) {
        struct native_symbol y = native_symbol(load, i);
        if (is_function(load, y))
            list[n->function_count++] = (struct native_function){
                y.name, load->address[i], n->has_types ? btf_find(&n->btf, BTF_FUNC, y.name) : 0};
    }
    n->function = list;
    if (n->function_count == 0)
        return native_refuse(load->why, NATIVE_RULE_NO_FUNCTION, load->section[load->symbols].name,
                             0);
    return true;
}
