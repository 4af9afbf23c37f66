/* SPDX-License-Identifier: MIT */
/* resolve.c -- see resolve.h. */
#include "engine/link/resolve.h"
#include "engine/assert.h"

/* Does the export fit the name? */
static enum rule compare(const struct wanted *w, const struct hooks *hooks, struct domain *part,
                         const struct export *e, struct candidates *c) {
    const struct types *types = domain_types(part);
    if (w->any)
        return RULE_NONE;
    if (w->is_call != (e->kind != EXPORT_VARIABLE))
        return LINK_RULE_WRONG_KIND;
    if (!w->type.type)
        return LINK_RULE_NO_TYPE;
    struct typed wanted = w->type, found = {&types->btf, types->fingerprint, e->type};
    switch (types_agree(&wanted, &found, hooks)) {
    case AGREE:
        return RULE_NONE;
    case TOO_ALIKE:
        return LINK_RULE_TOO_ALIKE;
    case NO_MEMORY:
        return RULE_NO_MEMORY;
    default:
        if (!c->first) {
            c->wanted = wanted;
            c->found = found;
        }
        return LINK_RULE_WRONG_TYPE;
    }
}

const struct export *resolve_name(const struct wanted *w, const struct hooks *hooks,
                                  struct candidates *c) {
    const struct export *fitting = NULL;
    c->rule = LINK_RULE_UNKNOWN_NAME;
    for (uint32_t d = 0; d < c->count; d++)
        for (uint32_t p = 0; p < domain_parts(c->domains[d]); p++) {
            struct domain *part = domain_part(c->domains[d], p);
            const struct export *e = domain_find(part, w->name);
            if (!e || part == c->first || (fitting && e->address == fitting->address))
                continue;
            enum rule rule = compare(w, hooks, part, e, c);
            if (rule == RULE_NONE && fitting) {
                c->other = part;
                c->rule = LINK_RULE_AMBIGUOUS;
                return NULL;
            }
            if (rule == RULE_NONE)
                fitting = e;
            if (rule == RULE_NONE || !c->first) {
                c->first = part;
                c->rule = rule;
            }
        }
    ENGINE_ASSERT((c->rule == RULE_NONE) == (fitting != NULL), "%s: %s", w->name,
                  rule_name(c->rule));
    return c->rule == RULE_NONE ? fitting : NULL;
}
