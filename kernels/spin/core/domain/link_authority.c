/* SPDX-License-Identifier: MIT */
/* link_authority.c -- see link_authority.h. */
#include "spin/core/domain/link_authority.h"

#include "lib/format.h"
#include "spin/core/domain/domain_object.h"

static struct link_audit answers[LINK_AUDIT_MAX];
static unsigned answered; /* in all; the next one's place is its remainder */

static bool asks(const struct domain_object *o, const struct link_request *request) {
    const struct link_authorizer *a = &o->authorizer;
    return !o->revoked && (!a->allows || a->allows(a->closure, request));
}

static bool exports(const struct domain_object *o, const struct domain *part) {
    return o->exports && domain_contains(o->exports, part);
}

/* Whose export the part is of all that the reference leads to; null: nobody's. */
static const struct domain_object *exporter_of(const struct domain_object *o,
                                               const struct domain *part) {
    if (exports(o, part))
        return o;
    for (uint32_t i = 0; i < o->added_count; i++)
        if (exports(o->added[i], part))
            return o->added[i];
    return NULL;
}

static void keep(char into[LINK_AUDIT_NAME], const char *name) {
    format_text(into, LINK_AUDIT_NAME, "%s", name);
}

bool reference_allows(const struct domain_reference *reference, const struct domain *part,
                      const struct link_request *request) {
    const struct domain_object *o = reference_object(reference), *exporter = exporter_of(o, part);
    if (!exporter)
        return false;
    bool allowed = asks(o, request) && (exporter == o || asks(exporter, request));
    struct link_audit *answer = &answers[answered++ % LINK_AUDIT_MAX];
    answer->allowed = allowed;
    keep(answer->by, request->by->name);
    keep(answer->domain, domain_name(part));
    keep(answer->name, request->export->name);
    return allowed;
}

const struct link_audit *link_audit(unsigned n) {
    return n < answered && n < LINK_AUDIT_MAX ? &answers[(answered - 1 - n) % LINK_AUDIT_MAX]
                                              : NULL;
}
