/* SPDX-License-Identifier: MIT */
/* cover.h -- what the verifier went through while it proved a program: which transfer function on
 * which operands, which refinement by which comparison and outcome, which call with which
 * arguments. A campaign counts in how many accepted programs each was met, so that what the
 * generator never writes is seen. */
#ifndef SOUNDNESS_COVER_H
#define SOUNDNESS_COVER_H

#include "engine/program.h"
#include "engine/verify/state.h"

#define COVER_MAX      2048
#define COVER_TEXT_MAX 96

/* A bit for each. */
struct covered {
    uint64_t bit[COVER_MAX / 64];
};

/* How many there are: those that no accepted program can have are left out. */
unsigned cover_count(void);
const char *cover_text(unsigned number, char text[COVER_TEXT_MAX]);

/* The verifier begins with a program, perhaps once more: nothing has been met. */
void cover_begin(const struct program *p);
/* It is before the instruction at `slot`. */
void cover_look(const struct program *p, uint32_t slot, const struct state *state);
/* It has accepted the program. */
void cover_end(const struct program *p, struct covered *covered);

/* Why a campaign never meets this refusal; null of those that it has to meet. */
const char *cover_never_refused(enum rule rule);

#endif
