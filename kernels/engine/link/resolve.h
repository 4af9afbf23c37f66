/* SPDX-License-Identifier: MIT */
/* resolve.h -- which export an undefined name means: looked up by name and type among the domains
 * that the caller lists. For verified objects (link.h) and signed native ones (native.h) alike. */
#ifndef ENGINE_RESOLVE_H
#define ENGINE_RESOLVE_H

#include "engine/domain.h"

/* A name that an object left undefined, as the object declares it. */
struct wanted {
    const char *name;
    bool is_call;
    bool any;          /* the object is trusted and has no types: the name alone decides */
    struct typed type; /* a variable's, or the FUNC_PROTO; its type is 0 where none is declared */
};

/* Where it is looked for, and what was found there. */
struct candidates {
    struct domain *const *domains;
    uint32_t count;
    enum rule rule;       /* why it stays undefined, or RULE_NONE */
    struct domain *first; /* the part that has the export found; else one of this name, or null */
    struct domain *other; /* AMBIGUOUS: another one */
    struct typed wanted,
        found; /* WRONG_TYPE: the two types that differ, as types_agree leaves them */
};

/* The one export that fits. Null, with c->rule set, when there is none or more than one; two names
 * of one address are one. A name that fits in spelling but not in type does not end the search. */
const struct export *resolve_name(const struct wanted *wanted, const struct hooks *hooks,
                                  struct candidates *c);

#endif
