/* SPDX-License-Identifier: MIT */
/* kinds_open.c -- the types that the build made of kinds.c, its exports as a domain, its kinds. */
#include "kinds_open.h"

#include <string.h>

#include "engine/export.h"

EXPORTS_DECLARE(kinds);

/* The file kinds.btf, linked in by the build. */
extern const uint8_t _binary_kinds_btf_start[], _binary_kinds_btf_end[];

static bool open_domain(struct kinds *k, const struct hooks *hooks, struct report *why) {
    k->domain = domain_create(hooks, "kinds", &k->types, EXPORTS(kinds), EXPORTS_COUNT(kinds), why);
    return k->domain;
}

static bool open_typings(struct kinds *k, const struct hooks *hooks, struct report *why) {
    for (unsigned i = 0; i < KINDS; i++) {
        k->description[i] = *kinds_description(i);
        k->description[i].types = &k->types;
        k->list[i] = &k->typing[i];
        if (!typing_open(&k->typing[i], hooks, &k->description[i], why))
            return false;
    }
    return true;
}

bool kinds_open(struct kinds *k, const struct hooks *hooks, struct report *why) {
    struct bytes section = {_binary_kinds_btf_start,
                            (size_t)(_binary_kinds_btf_end - _binary_kinds_btf_start)};
    memset(k, 0, sizeof *k);
    if (!types_open(&k->types, hooks, section, why))
        return false;
    if (open_domain(k, hooks, why) && open_typings(k, hooks, why))
        return true;
    kinds_close(k);
    return false;
}

void kinds_close(struct kinds *k) {
    for (unsigned i = 0; i < KINDS; i++)
        typing_close(&k->typing[i]);
    domain_release(k->domain);
    types_close(&k->types);
}

const struct typing *kinds_named(const struct kinds *k, const char *name) {
    for (unsigned i = 0; i < KINDS; i++)
        if (strcmp(k->typing[i].kind.name, name) == 0)
            return &k->typing[i];
    return NULL;
}
