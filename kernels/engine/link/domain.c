/* SPDX-License-Identifier: MIT */
/* domain.c -- a created domain has exports, sorted by name; a combined one has created ones as its
 * parts. A selection is created of some exports of another, one for each part that has some. */
#include "engine/domain.h"

#include "engine/assert.h"
#include "engine/export.h"
#include "engine/base/sort.h"
#include "lib/string.h"

#define NAME_ROOM (BTF_NAME_MAX + 1 + sizeof EXPORT_PREFIX)

/* Invariant: a domain has exports (it was created) or parts (it was combined), never both. A name
 * bound to an export counts as a holder, too. */
struct domain {
    const char *name;
    struct arena arena; /* this structure is in it */
    uint32_t holders;
    uint32_t bound; /* names bound to its exports */
    bool withdrawn;
    struct domain *origin; /* of a selection: the created domain that all its exports are of */
    const struct types *types;
    struct export *export;
    uint32_t exports;
    struct domain **part;
    uint32_t parts;
};

bool types_open(struct types *types, const struct hooks *hooks, struct bytes section,
                struct report *why) {
    types->arena = (struct arena){.hooks = hooks};
    if (btf_open(&types->btf, &types->arena, section, why)) {
        types->fingerprint = fingerprint_all(&types->btf, &types->arena);
        if (types->fingerprint)
            return true;
        report_refuse_at(why, RULE_NO_MEMORY, ".BTF", 0);
    }
    types_close(types);
    return false;
}

void types_close(struct types *types) {
    arena_release(&types->arena);
}

static struct domain *create(const struct hooks *hooks, const char *name) {
    struct arena arena = {.hooks = hooks};
    size_t len = strlen(name) + 1;
    char *copy = arena_allocate(&arena, 1, len);
    struct domain *d = copy ? arena_allocate(&arena, 1, sizeof *d) : NULL;
    if (!d) {
        arena_release(&arena);
        return NULL;
    }
    memcpy(copy, name, len);
    *d = (struct domain){.name = copy, .arena = arena, .holders = 1};
    return d;
}

static void destroy(struct domain *d) {
    struct arena arena = d->arena;
    arena_release(&arena);
}

uint32_t domain_described_type(const struct btf *btf, const char *name) {
    char constant[NAME_ROOM] = EXPORT_PREFIX;
    size_t len = strlen(name);
    if (len > BTF_NAME_MAX)
        return 0;
    memcpy(constant + strlen(EXPORT_PREFIX), name, len + 1);
    uint32_t id = btf_find(btf, BTF_VAR, constant);
    if (!id)
        return 0;
    struct btf_type pointer = btf_type(btf, btf_base(btf, btf_type(btf, id).type_size, NULL));
    return pointer.kind == BTF_PTR ? pointer.type_size : 0;
}

/* Is it a function's type exactly if it is to be called? */
static bool type_fits(const struct btf *btf, const struct export *e) {
    bool is_function = btf_type(btf, btf_base(btf, e->type, NULL)).kind == BTF_FUNC_PROTO;
    return e->type && is_function == (e->kind != EXPORT_VARIABLE);
}

static bool name_before(const void *of, uint32_t a, uint32_t b) {
    const struct export *exports = of;
    return strcmp(exports[a].name, exports[b].name) < 0;
}

/* Copies the exports, in the order of their names. */
static bool copy_sorted(struct domain *d, const struct export *exports, uint32_t count) {
    uint32_t *order = arena_allocate(&d->arena, count, sizeof *order);
    d->export = arena_allocate(&d->arena, count, sizeof *d->export);
    if (!order || !d->export)
        return false;
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    sort_numbers(order, count, name_before, exports);
    for (uint32_t i = 0; i < count; i++)
        d->export[i] = exports[order[i]];
    d->exports = count;
    for (uint32_t i = 1; i < count; i++)
        ENGINE_ASSERT(strcmp(d->export[i - 1].name, d->export[i].name) <= 0, "%s before %s",
                      d->export[i - 1].name, d->export[i].name);
    return true;
}

static bool describe(struct domain *d, struct report *why) {
    for (uint32_t i = 0; i < d->exports; i++) {
        struct export *e = &d->export[i];
        if (i && strcmp(e[-1].name, e->name) == 0)
            return report_refuse(why, LINK_RULE_EXPORT_TWICE, e->name);
        if (!e->type)
            e->type = domain_described_type(&d->types->btf, e->name);
        if (!type_fits(&d->types->btf, e))
            return report_refuse(why, LINK_RULE_EXPORT_TYPE, e->name);
    }
    return true;
}

struct domain *domain_create(const struct hooks *hooks, const char *name, const struct types *types,
                             const struct export *exports, uint32_t count, struct report *why) {
    struct domain *d = create(hooks, name);
    if (d)
        d->types = types;
    if (!d || !copy_sorted(d, exports, count)) {
        report_refuse(why, RULE_NO_MEMORY, name);
    } else if (describe(d, why)) {
        return d;
    }
    if (d)
        destroy(d);
    return NULL;
}

static bool has_part(const struct domain *d, const struct domain *part) {
    for (uint32_t i = 0; i < d->parts; i++)
        if (d->part[i] == part)
            return true;
    return false;
}

struct domain *domain_combine(const struct hooks *hooks, const char *name,
                              struct domain *const *domains, uint32_t count) {
    struct domain *d = create(hooks, name);
    uint32_t capacity = 0;
    if (!d)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        capacity += domain_parts(domains[i]);
    d->part = arena_allocate(&d->arena, capacity, sizeof(struct domain *));
    if (!d->part) {
        destroy(d);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = 0; j < domain_parts(domains[i]); j++) {
            struct domain *part = domain_part(domains[i], j);
            if (!has_part(d, part))
                d->part[d->parts++] = domain_hold(part);
        }
    return d;
}

/* A selection of one part: those of the names that it exports. Null when out of memory. */
static struct domain *select_part(const struct hooks *hooks, const char *name, struct domain *part,
                                  const char *const *names, uint32_t count) {
    struct domain *d = create(hooks, name);
    struct export *exports = d ? arena_allocate(&d->arena, count, sizeof *exports) : NULL;
    uint32_t n = 0;
    for (uint32_t i = 0; exports && i < count; i++) {
        const struct export *e = domain_find(part, names[i]);
        if (e)
            exports[n++] = *e;
    }
    if (!exports || !copy_sorted(d, exports, n)) {
        if (d)
            destroy(d);
        return NULL;
    }
    d->types = part->types;
    d->origin = domain_hold(part);
    return d;
}

static bool exports_name(struct domain *d, const char *name) {
    for (uint32_t i = 0; i < domain_parts(d); i++)
        if (domain_find(domain_part(d, i), name))
            return true;
    return false;
}

/* The selections of all parts, combined; null when out of memory. */
static struct domain *select_parts(const struct hooks *hooks, const char *name,
                                   struct domain *domain, const char *const *names,
                                   uint32_t count) {
    struct arena arena = {.hooks = hooks};
    struct domain **part = arena_allocate(&arena, domain_parts(domain), sizeof(struct domain *));
    uint32_t n = 0;
    while (part && n < domain_parts(domain) &&
           (part[n] = select_part(hooks, name, domain_part(domain, n), names, count)))
        n++;
    struct domain *selected =
        n == domain_parts(domain) ? domain_combine(hooks, name, part, n) : NULL;
    while (n)
        domain_release(part[--n]);
    arena_release(&arena);
    return selected;
}

struct domain *domain_select(const struct hooks *hooks, const char *name, struct domain *domain,
                             const char *const *names, uint32_t count, struct report *why) {
    for (uint32_t i = 0; i < count; i++)
        if (!exports_name(domain, names[i])) {
            report_refuse(why, LINK_RULE_UNKNOWN_NAME, names[i]);
            return NULL;
        }
    struct domain *selected = select_parts(hooks, name, domain, names, count);
    if (!selected)
        report_refuse(why, RULE_NO_MEMORY, name);
    return selected;
}

struct domain *domain_hold(struct domain *d) {
    ENGINE_ASSERT(d->holders && d->holders < UINT32_MAX, "%u hold %s", d->holders, d->name);
    d->holders++;
    return d;
}

void domain_release(struct domain *d) {
    if (!d || --d->holders)
        return;
    ENGINE_ASSERT(!d->bound, "%s is gone, and %u names are bound to it", d->name, d->bound);
    for (uint32_t i = 0; i < d->parts; i++)
        domain_release(d->part[i]);
    domain_release(d->origin);
    destroy(d);
}

bool domain_withdraw(struct domain *d) {
    if (d->bound)
        return false;
    d->withdrawn = true;
    return true;
}

bool domain_is_bound(struct domain *d) {
    uint32_t bound = 0;
    for (uint32_t i = 0; i < domain_parts(d); i++)
        bound |= domain_part(d, i)->bound;
    return bound;
}

const char *domain_name(const struct domain *d) {
    return d->name;
}

uint32_t domain_parts(const struct domain *d) {
    return d->part ? d->parts : 1;
}

struct domain *domain_part(struct domain *d, uint32_t i) {
    return d->part ? d->part[i] : d;
}

static bool is_withdrawn(const struct domain *d) {
    while (d->origin && !d->withdrawn)
        d = d->origin;
    return d->withdrawn;
}

const struct export *domain_find(const struct domain *d, const char *name) {
    uint32_t low = 0, high = is_withdrawn(d) ? 0 : d->exports;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(d->export[middle].name, name);
        if (order == 0)
            return &d->export[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct types *domain_types(const struct domain *part) {
    return part->types;
}

bool domain_contains(struct domain *domain, const struct domain *part) {
    for (uint32_t i = 0; i < domain_parts(domain); i++)
        for (const struct domain *p = part; p; p = p->origin)
            if (domain_part(domain, i) == p)
                return true;
    return false;
}

void domain_bind(struct domain *part) {
    part->bound++;
    domain_hold(part);
    if (part->origin)
        domain_bind(part->origin);
}

void domain_unbind(struct domain *part) {
    ENGINE_ASSERT(part->bound && part->holders > part->bound - 1, "%u names, %u holders",
                  part->bound, part->holders);
    part->bound--;
    if (part->origin)
        domain_unbind(part->origin);
    domain_release(part);
}
