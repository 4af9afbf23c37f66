/* SPDX-License-Identifier: MIT */
/* kinds_open.h -- vcode's kernel, ready to load programs into. */
#ifndef VCODE_KINDS_OPEN_H
#define VCODE_KINDS_OPEN_H

#include "engine/load.h"
#include "kinds_kernel.h"

struct kinds {
    struct types types;
    struct kind_description description[KINDS];
    struct typing typing[KINDS];
    const struct typing *list[KINDS];
    struct domain *domain; /* all that the kernel exports */
};

/* False, with why->text set and nothing left allocated. */
bool kinds_open(struct kinds *kinds, const struct hooks *hooks, struct report *why);
void kinds_close(struct kinds *kinds);

/* The kind of this name, or null. */
const struct typing *kinds_named(const struct kinds *kinds, const char *name);

#endif
