/* SPDX-License-Identifier: MIT */
/* extract.h -- one program out of an object: a function and all that it leads to, by calls and by
 * addresses of code, closed up so that the function starts at slot 0. What else is in the object
 * costs the program nothing, neither space nor verification. */
#ifndef ENGINE_EXTRACT_H
#define ENGINE_EXTRACT_H

#include "engine/base/report.h"
#include "engine/object.h"

struct extract {
    uint8_t *code; /* what program_decode takes */
    uint32_t slots;
    uint32_t *origin; /* where in the object each slot was */
};

/* Fills in *extract from the arena. False, with *why set, when code is reached that belongs to no
 * function, when a section of variables is used that holds an address (its value would be a
 * number to the program: useless to an honest one, and what no other should know), or it is out
 * of memory. */
bool extract_function(const struct object *object, const struct object_function *function,
                      struct arena *arena, struct extract *extract, struct report *why);

#endif
