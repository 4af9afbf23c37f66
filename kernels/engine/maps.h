/* SPDX-License-Identifier: MIT */
/* maps.h -- where a program's pointers are when it may be stopped for long: for a collector, which
 * marks what they lead to.
 *
 * That is at its *points* only: calls and backward jumps, of which every run that goes on comes to
 * another one soon. What is there is known from the proof: a watcher (verify.h) sees each state
 * that the verifier sees, and notes which registers and which parts of the stack hold a pointer to
 * what a program was handed or has found; not those to its own stack, to variables and to
 * functions, which nobody collects. All that is dead is left out.
 *
 * A map is of one function. Of those that are active the innermost one is before its point,
 * and each of the others waits in its call, where r6 to r9 and its stack are what it will go
 * on with. */
#ifndef ENGINE_MAPS_H
#define ENGINE_MAPS_H

#include "engine/base/arena.h"
#include "engine/verify.h"

enum map_cell {
    CELL_NONE,   /* no pointer that counts, or null */
    CELL_OBJECT, /* the first byte of an object, or null */
    CELL_INSIDE, /* into something that has been handed in or found, at its end, or null */
    CELL_EITHER, /* one of these on some ways to the point, and anything on others: to be looked at
                    as a number that may be an address */
};

#define MAP_REGISTERS   REGISTER_FRAME
#define MAP_STACK_CELLS (FRAME_BYTES / 8)

struct map {
    uint8_t reg[MAP_REGISTERS];     /* enum map_cell each */
    uint8_t stack[MAP_STACK_CELLS]; /* cell n is the eight bytes from r10 - 8 * (n + 1) on */
};

enum map_moment { MAP_BEFORE, MAP_WAITING };

/* All maps of a program that are not empty, by slot and moment; like ones share their bytes. */
struct maps {
    struct map_entry *entry;
    uint32_t count;
    uint8_t *cells;
    uint32_t bytes; /* of cells */
};

/* Maps while they are being made. */
struct maps_making {
    struct verify_watcher watcher; /* for the proof of the program */
    const struct program *program;
    struct arena arena;
    uint16_t *live;        /* registers, at each slot */
    struct map_note *note; /* of each point and moment, by slot */
    uint32_t count;
};

/* Is it a point: a call, or a jump backwards? */
bool maps_is_point(const struct program *program, uint32_t slot);

/* Begins with a decoded program, to be verified with making->watcher, in time that grows with its
 * length. False, with nothing left allocated, when out of memory. */
bool maps_begin(struct maps_making *making, const struct program *program,
                const struct hooks *hooks);
/* The proof is done: *maps is filled in. False when out of memory. Either way, and without a proof
 * when maps is null, nothing but *maps is left allocated. */
bool maps_end(struct maps_making *making, struct maps *maps);
void maps_release(struct maps *maps, const struct hooks *hooks);

/* The map of the function that is at this slot: before its point, or waiting in its call. One that
 * holds nothing is all CELL_NONE. In machine code the slot is that of jit_slot_at (x86/jit_trap.h):
 * of the point's first instruction, or of the byte before the address that a call returns to. */
void maps_at(const struct maps *maps, uint32_t slot, enum map_moment moment, struct map *map);

#endif
