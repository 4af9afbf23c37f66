/* SPDX-License-Identifier: MIT */
/* reference.c -- see reference.h. Aggregates do not nest: so there are no circles, and what a
 * reference leads to is found in DOMAIN_ADDED_MAX steps. */
#include "spin/core/domain/reference.h"

#include "engine/assert.h"
#include "lib/error.h"
#include "lib/format.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/domain/domain_object.h"

struct domain_reference {
    uint32_t holders;
    uint8_t rights;
    struct domain_object *to;
};

static void object_release(struct domain_object *o) {
    if (--o->holders)
        return;
    while (o->added_count) {
        struct domain_object *added = o->added[--o->added_count];
        added->inside--;
        object_release(added);
    }
    domain_release(o->exports);
    dispatcher_release(o, sizeof *o);
}

static struct domain_reference *reference_to(struct domain_object *o, unsigned rights) {
    struct domain_reference *r = dispatcher_allocate(sizeof *r);
    if (!r)
        return NULL;
    *r = (struct domain_reference){.holders = 1, .rights = (uint8_t)rights, .to = o};
    o->holders++;
    return r;
}

int reference_create(struct domain_reference **reference, struct domain *exports,
                     const struct module *exporter) {
    if (!module_exists(exporter))
        return -E_PERM;
    struct domain_object *o = dispatcher_allocate(sizeof *o);
    *reference = o ? reference_to(o, DOMAIN_ALL) : NULL;
    if (*reference) {
        o->exports = domain_hold(exports);
        return 0;
    }
    if (o)
        dispatcher_release(o, sizeof *o);
    return -E_NO_MEMORY;
}

int reference_restrict(struct domain_reference **reference, const struct domain_reference *from,
                       unsigned rights) {
    if (rights & ~(unsigned)from->rights)
        return -E_PERM;
    *reference = reference_to(from->to, rights);
    return *reference ? 0 : -E_NO_MEMORY;
}

struct domain_reference *reference_hold(struct domain_reference *r) {
    ENGINE_ASSERT(r->holders, "%s: a reference that is gone is held", reference_name(r));
    r->holders++;
    return r;
}

void reference_release(struct domain_reference *r) {
    if (--r->holders)
        return;
    object_release(r->to);
    dispatcher_release(r, sizeof *r);
}

uint32_t reference_holders(const struct domain_reference *r) {
    return r->holders;
}

unsigned reference_rights(const struct domain_reference *r) {
    return r->rights;
}

const char *reference_name(const struct domain_reference *r) {
    return r->to->revoked ? r->to->was : domain_name(r->to->exports);
}

const struct domain_object *reference_object(const struct domain_reference *r) {
    return r->to;
}

/* Where `more` is among what is added to `o`, or added_count. */
static uint32_t place_of(const struct domain_object *o, const struct domain_object *more) {
    uint32_t i = 0;
    while (i < o->added_count && o->added[i] != more)
        i++;
    return i;
}

int reference_add(struct domain_reference *to, const struct domain_reference *more) {
    struct domain_object *o = to->to, *m = more->to;
    if (!(to->rights & DOMAIN_MODIFY) || !(more->rights & DOMAIN_IMPORT))
        return -E_PERM;
    if (o->revoked || m->revoked)
        return -E_DEAD;
    if (o == m || place_of(o, m) < o->added_count)
        return -E_EXISTS;
    if (m->added_count || o->inside)
        return -E_INVALID;
    if (o->added_count == DOMAIN_ADDED_MAX)
        return -E_FULL;
    o->added[o->added_count++] = m;
    m->holders++;
    m->inside++;
    return 0;
}

int reference_remove(struct domain_reference *from, const struct domain_reference *more) {
    struct domain_object *o = from->to, *m = more->to;
    if (!(from->rights & DOMAIN_MODIFY))
        return -E_PERM;
    uint32_t at = place_of(o, m);
    if (at == o->added_count)
        return -E_NOT_FOUND;
    o->added[at] = o->added[--o->added_count];
    m->inside--;
    object_release(m); /* `more` holds it still */
    return 0;
}

int reference_revoke(struct domain_reference *r) {
    if (!(r->rights & DOMAIN_MODIFY))
        return -E_PERM;
    if (r->to->revoked)
        return 0;
    format_text(r->to->was, sizeof r->to->was, "%s", domain_name(r->to->exports));
    domain_release(r->to->exports);
    r->to->exports = NULL;
    r->to->revoked = true;
    return 0;
}

int reference_authorize(struct domain_reference *r, const struct link_authorizer *authorizer) {
    if (!(r->rights & DOMAIN_MODIFY))
        return -E_PERM;
    r->to->authorizer = *authorizer;
    return 0;
}

int reference_import(const struct domain_reference *r, struct domain **domain) {
    const struct domain_object *o = r->to;
    struct domain *all[1 + DOMAIN_ADDED_MAX] = {o->exports};
    uint32_t n = 1;
    if (!(r->rights & DOMAIN_IMPORT))
        return -E_PERM;
    if (o->revoked)
        return -E_DEAD;
    for (uint32_t i = 0; i < o->added_count; i++)
        if (!o->added[i]->revoked)
            all[n++] = o->added[i]->exports;
    *domain = domain_combine(dispatcher->hooks, domain_name(o->exports), all, n);
    return *domain ? 0 : -E_NO_MEMORY;
}
