/* SPDX-License-Identifier: MIT */
/* native_refusal.h -- where and why a signed native object is refused. */
#ifndef ENGINE_NATIVE_REFUSAL_H
#define ENGINE_NATIVE_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/rule.h"

/* Where and why a native object was refused. */
struct native_refusal {
    enum rule rule;
    char about[64];                 /* a section's or symbol's name; "file" when neither is known */
    uint64_t offset;                /* into that section, or into the object */
    char wanted[128], offered[128]; /* IMPORT_TYPE: the two types as C */
};

/* Sets rule, about (null is the file) and offset. Gives false, so that a check can end with it. */
bool native_refuse(struct native_refusal *why, enum rule rule, const char *about, uint64_t offset);

/* Writes "ABOUT, offset 0x10: SENTENCE (RULE); HINT" as format_text does. */
int native_refusal_text(const struct native_refusal *why, char *into, size_t size);

#endif
