/* SPDX-License-Identifier: MIT */
/* object_refusal.h -- where and why an object file is refused before its code is looked at. */
#ifndef ENGINE_OBJECT_REFUSAL_H
#define ENGINE_OBJECT_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/rule.h"

#define OBJECT_SECTION_TEXT 32

/* Where and why an object was refused. */
struct object_refusal {
    enum rule rule;
    char section[OBJECT_SECTION_TEXT]; /* its name, cut and made printable; "file" when no section
                                          is known */
    uint64_t offset;                   /* into that section, or into the file */
};

/* Fills in *why. A null section is the file. Gives false, so that a check can end with it. */
bool object_refuse(struct object_refusal *why, enum rule rule, const char *section,
                   uint64_t offset);

/* Writes "SECTION, offset 0x10: SENTENCE (RULE); HINT" as format_text does. */
int object_refusal_text(const struct object_refusal *why, char *into, size_t size);

#endif
