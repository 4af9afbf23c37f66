/* SPDX-License-Identifier: MIT */
/* liveness.h -- which registers still matter where: for the verifier, which then sees states as the
 * same that differ elsewhere, and for the compiler, which then need not keep a value. */
#ifndef ENGINE_LIVENESS_H
#define ENGINE_LIVENESS_H

#include "engine/program.h"

/* A bit for each register, at each slot. */
struct liveness {
    uint16_t *live;    /* may be read later */
    uint16_t *matters; /* and if it is a number, which one it is may matter */
};

/* The search for both, in pieces. */
struct liveness_search {
    const struct program *program;
    const struct liveness *to;
    bool result;                     /* the program's is checked */
    uint32_t function, slot, passes; /* where it is: all from `slot` on has been looked at */
    bool changed, loops;             /* in this pass */
    uint64_t looked_at;              /* instructions */
};
void liveness_begin(struct liveness_search *search, const struct program *program,
                    bool result_is_checked, const struct liveness *to);
/* Looks at so many instructions. True: both tables, which have the program's slots, are filled. */
bool liveness_go(struct liveness_search *search, uint32_t slots);

/* All of it at once. Gives how many instructions it looked at. */
uint64_t liveness(const struct program *program, bool result_is_checked, const struct liveness *to);
/* Fills in the first one only. */
void liveness_of_registers(const struct program *program, uint16_t *live);

#endif
