/* SPDX-License-Identifier: MIT */
/* link.c -- binds names to exports. Taking bindings back, which stops programs, is
 * link_unresolve.c. */
#include "engine/link/link.h"

#include "engine/assert.h"
#include "engine/object/object_data.h"
#include "lib/string.h"

const struct object_extern *link_name(const struct link *link, uint32_t i) {
    const struct object *o = link->object;
    ENGINE_ASSERT(i < link->names, "name %u of %u", i, link->names);
    return link_is_call(link, i) ? &o->import[i] : &o->extern_variable[i - o->import_count];
}

void link_release(struct link *l) {
    if (l->variable)
        object_data_release(l->object, l->hooks, l->variable);
    types_close(&l->types);
    arena_release(&l->arena);
}

static bool copy_types(struct link *l) {
    l->types = (struct types){.arena = {.hooks = l->hooks}, .btf = l->object->btf};
    if (!l->object->has_types)
        return true;
    l->types.fingerprint = fingerprint_all(&l->types.btf, &l->types.arena);
    return l->types.fingerprint;
}

bool link_open(struct link *l, const char *name, const struct object *o,
               const struct hooks *hooks) {
    *l = (struct link){.name = name, .object = o, .hooks = hooks, .arena = {.hooks = hooks}};
    l->undefined = l->names = o->import_count + o->extern_variable_count;
    l->binding = arena_allocate(&l->arena, l->names, sizeof *l->binding);
    l->import = arena_allocate(&l->arena, o->import_count, sizeof *l->import);
    struct variable *variable =
        arena_allocate(&l->arena, o->variable_count + o->extern_variable_count, sizeof *variable);
    if (l->binding && l->import && variable && copy_types(l) &&
        object_data_create(o, hooks, variable)) {
        l->variable = variable;
        return true;
    }
    link_release(l);
    return false;
}

/* What programs see of a binding, or of its absence. */
static void publish(struct link *l, uint32_t i) {
    const struct export *e = l->binding[i].export;
    const char *name = link_name(l, i)->name;
    if (link_is_call(l, i)) {
        l->import[i] = (struct import){.name = name};
        if (e) {
            uintptr_t address = (uintptr_t)e->address;
            memcpy(&l->import[i].address, &address, sizeof address);
            l->import[i].signature = e->signature;
        }
        return;
    }
    struct variable *v = &l->variable[l->object->variable_count + i - l->object->import_count];
    *v = (struct variable){.name = name};
    if (e)
        *v = (struct variable){name, (void *)(uintptr_t)e->address, e->bytes, e->writable};
}

static void bind(struct link *l, uint32_t i, struct domain *part, const struct export *e) {
    ENGINE_ASSERT(l->undefined && !l->binding[i].export, "name %u is bound already", i);
    domain_bind(part);
    l->binding[i] = (struct binding){e, part};
    l->undefined--;
    publish(l, i);
}

void link_unbind(struct link *l, uint32_t i) {
    ENGINE_ASSERT(l->binding[i].export && l->undefined < l->names, "name %u is not bound", i);
    domain_unbind(l->binding[i].part);
    l->binding[i] = (struct binding){0};
    l->undefined++;
    publish(l, i);
}

uint32_t link_type(const struct link *l, uint32_t i) {
    struct btf_type t = btf_type(&l->types.btf, link_name(l, i)->type);
    return t.kind == BTF_FUNC || t.kind == BTF_VAR ? t.type_size : t.id;
}

/* Looks for the export that the i-th name means. */
static const struct export *find(const struct link *l, uint32_t i, struct candidates *c) {
    const struct object_extern *name = link_name(l, i);
    const struct wanted wanted = {
        .name = name->name,
        .is_call = link_is_call(l, i),
        .type = {&l->types.btf, l->types.fingerprint, name->type ? link_type(l, i) : 0}};
    return resolve_name(&wanted, l->hooks, c);
}

/* What the report says first when several names are undefined. */
static void report_several(const struct link *l, struct report *report) {
    report->rule = LINK_RULE_UNRESOLVED;
    report_say(report, "%s: %u %s (%s)", l->name, l->undefined, rule_sentence(LINK_RULE_UNRESOLVED),
               rule_name(LINK_RULE_UNRESOLVED));
}

bool link_resolve(struct link *l, struct domain *const *domains, uint32_t count,
                  struct report *report) {
    for (uint32_t i = 0; i < l->names; i++) {
        struct candidates c = {.domains = domains, .count = count};
        const struct export *e = l->binding[i].export ? NULL : find(l, i, &c);
        if (e)
            bind(l, i, c.first, e);
        else if (!l->binding[i].export && c.rule == RULE_NO_MEMORY) /* perhaps there is, by then */
            return report && report_refuse(report, RULE_NO_MEMORY, link_name(l, i)->name);
    }
    if (!l->undefined || !report)
        return !l->undefined;
    report_begin(report);
    if (l->undefined > 1)
        report_several(l, report);
    for (uint32_t i = 0; i < l->names; i++) {
        struct candidates c = {.domains = domains, .count = count};
        if (l->binding[i].export)
            continue;
        find(l, i, &c);
        link_explain(l, i, &c, report);
        if (l->undefined == 1)
            report->rule = c.rule;
    }
    return false;
}

bool link_withdraw(struct link *l) {
    if (l->exported && !domain_withdraw(l->exported))
        return false;
    domain_release(l->exported);
    l->exported = NULL;
    return true;
}
