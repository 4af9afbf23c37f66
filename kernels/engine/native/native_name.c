/* SPDX-License-Identifier: MIT */
/* native_name.c -- names and types: what the object wants is found among what the domains export,
 * by name and, where both sides have types, by type; what it defines is listed. */
#include "engine/native/internal.h"
#include "engine/assert.h"

#include "engine/link/link.h"
#include "engine/link/resolve.h"
#include "lib/string.h"

bool native_read_types(struct loading *load) {
    struct native *n = load->native;
    for (uint32_t i = 0; i < load->section_count && !n->has_types; i++) {
        const struct native_section *s = &load->section[i];
        if (s->type != SECTION_PROGBITS || strcmp(s->name, ".BTF") != 0)
            continue;
        n->has_types = true;
        if (!btf_open(&n->btf, &n->arena, s->bytes, load->why))
            return report_refuse_at(
                load->why, load->why->rule == RULE_NO_MEMORY ? RULE_NO_MEMORY : NATIVE_RULE_TYPES,
                s->name, load->why->offset);
        n->fingerprint = fingerprint_all(&n->btf, &n->arena);
        if (!n->fingerprint)
            return report_refuse_at(load->why, RULE_NO_MEMORY, s->name, 0);
    }
    return true;
}

/* A name as the object declares it, which one without types does not. */
static struct wanted wanted_name(const struct native *n, const char *name) {
    struct wanted w = {.name = name, .any = !n->has_types};
    if (n->has_types) {
        uint32_t id = btf_find(&n->btf, BTF_FUNC, name);
        w.is_call = id;
        if (!id)
            id = btf_find(&n->btf, BTF_VAR, name);
        w.type = (struct typed){&n->btf, n->fingerprint, id ? btf_type(&n->btf, id).type_size : 0};
    }
    return w;
}

/* Refuses the name at `at` for what resolve_name found of it; both types are shown. */
static bool refuse_name(struct loading *load, const struct wanted *w, const struct candidates *c,
                        uint64_t at) {
    struct report *why = load->why;
    if (c->rule == LINK_RULE_UNKNOWN_NAME)
        return report_refuse_at(why, NATIVE_RULE_UNRESOLVED, w->name, at);
    if (c->rule == LINK_RULE_AMBIGUOUS)
        return report_refuse_at(why, NATIVE_RULE_AMBIGUOUS, w->name, at);
    if (c->rule == RULE_NO_MEMORY)
        return report_refuse_at(why, RULE_NO_MEMORY, w->name, at);
    report_rule(why, NATIVE_RULE_IMPORT_TYPE, w->name);
    report_declaration(why, "wanted", w->type.btf, w->type.type, w->name);
    report_declaration(why, "found", &domain_types(c->first)->btf,
                       domain_find(c->first, w->name)->type, w->name);
    return report_hint(why);
}

/* Binds symbol i, which is defined elsewhere. */
static bool bind_name(struct loading *load, uint32_t i) {
    struct native *n = load->native;
    struct wanted wanted = wanted_name(n, native_symbol(load, i).name);
    struct candidates c = {.domains = load->with->domain, .count = load->with->domains};
    const struct export *e = resolve_name(&wanted, load->with->hooks, &c);
    if (!e)
        return refuse_name(load, &wanted, &c, (uint64_t)i * SYMBOL_BYTES);
    load->address[i] = (uintptr_t)e->address;
    ENGINE_ASSERT(n->bound_count < load->symbol_count, "%u symbols are bound", n->bound_count);
    domain_bind(c.first);
    n->bound[n->bound_count++] = c.first;
    return true;
}

bool native_bind_names(struct loading *load) {
    struct native *n = load->native;
    load->address = arena_allocate(&n->arena, load->symbol_count, sizeof *load->address);
    n->bound = arena_allocate(&n->arena, load->symbol_count, sizeof(struct domain *));
    if (!load->address || !n->bound)
        return report_refuse_at(load->why, RULE_NO_MEMORY, NULL, 0);
    for (uint32_t i = 1; i < load->symbol_count; i++) /* symbol 0 is none */
        if (native_symbol(load, i).section == 0 && !bind_name(load, i))
            return false;
    return true;
}

static bool is_function(const struct loading *load, struct symbol y) {
    return y.type == SYMBOL_FUNC && y.bind == BIND_GLOBAL && y.section &&
           load->section[y.section].region == REGION_CODE;
}

bool native_list_functions(struct loading *load) {
    struct native *n = load->native;
    struct native_function *list = arena_allocate(&n->arena, load->symbol_count, sizeof *list);
    if (!list)
        return report_refuse_at(load->why, RULE_NO_MEMORY, NULL, 0);
    for (uint32_t i = 1; i < load->symbol_count; i++) {
        struct symbol y = native_symbol(load, i);
        if (is_function(load, y))
            list[n->function_count++] =
                (struct native_function){y.name, load->address[i], y.size,
                                         n->has_types ? btf_find(&n->btf, BTF_FUNC, y.name) : 0,
                                         load->section[y.section].name};
    }
    n->function = list;
    if (n->function_count == 0)
        return report_refuse_at(load->why, NATIVE_RULE_NO_FUNCTION,
                                load->section[load->symbols].name, 0);
    return true;
}
