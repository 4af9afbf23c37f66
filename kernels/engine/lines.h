/* SPDX-License-Identifier: MIT */
/* lines.h -- where in the source an instruction comes from: from .BTF.ext, which clang writes and
 * which holds the source's very text; else from .debug_line, which bpf-gcc writes with -g; else by
 * the nearest symbol alone. */
#ifndef ENGINE_LINES_H
#define ENGINE_LINES_H

#include "engine/object.h"

struct line {
    const char
        *file; /* as the compiler was given it, without directories where it kept them apart */
    const char *text; /* the line itself; null where the object does not carry it */
    uint32_t number;  /* counted from 1 */
    uint16_t column;  /* counted from 1; 0 where it is not known, as always from .debug_line */
    uint8_t state;    /* for the loader */
};

/* The line of a slot below object->slots, or null where none is known. */
const struct line *line_at(const struct object *object, uint32_t slot);

#define PLACE_TEXT_MAX 640 /* characters that any place fits, its NUL included */

/* Writes the most that is known of a slot's place: "guard.c:12:5 (in check+3)", "check+3", or
 * ".text+3"; counted in instructions. Returns `into`. */
char *place_text(const struct object *object, uint32_t slot, char into[PLACE_TEXT_MAX]);

#endif
