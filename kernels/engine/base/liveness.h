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

/* Fills in both tables, which have the program's slots. Gives how many instructions it looked at.
 */
uint64_t liveness(const struct program *program, bool result_is_checked, struct liveness *l);
/* Fills in the first one only. */
void liveness_of_registers(const struct program *program, uint16_t *live);

#endif
