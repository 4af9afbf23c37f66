/* SPDX-License-Identifier: MIT */
/* program.c -- see program.h. */
#include "exo/kernel/program.h"

#include "lib/string.h"

extern const struct program programs[], programs_end[]; /* programs.S */

const struct program *program_find(const char *name) {
    for (const struct program *p = programs; p < programs_end; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}
