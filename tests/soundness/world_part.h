/* SPDX-License-Identifier: MIT */
/* world_part.h -- shared by world.c (what there is) and world_calls.c (what can be called). */
#ifndef SOUNDNESS_WORLD_PART_H
#define SOUNDNESS_WORLD_PART_H

#include "world.h"

#define NUMBER                                                                                     \
    { .kind = SHAPE_NUMBER }
#define RANGED(least, most)                                                                        \
    { .kind = SHAPE_NUMBER, .min = (least), .max = (most) }
#define MEMORY(rights, len)                                                                        \
    { .kind = SHAPE_MEMORY, .may = (rights), .bytes = (len) }
#define THING(rights)                                                                              \
    { .kind = SHAPE_OBJECT, .may = (rights), .object = &world_thing }

extern const struct object_type world_thing;

/* Of functions that are called back: they are given what a program is given. */
extern const struct signature world_visit_signature;

/* New arguments for such a function. */
void world_visit(uint64_t argument[PARAMETERS]);

/* Fills an object, what it leads to, and memory to hand out, all at random. */
void world_build_group(struct world_group *g);

#endif
