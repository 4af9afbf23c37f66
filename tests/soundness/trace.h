/* SPDX-License-Identifier: MIT */
/* trace.h -- concrete runs of an accepted program, watched and written down: registers and stack
 * before each instruction. While it runs, each access must be the program's own, each byte of an
 * argument that is read must be in the proven read set, each call must be as was agreed; in the end
 * it must have cost no more than was proven, hold no reference and have had no effect if it has
 * none by proof. */
#ifndef SOUNDNESS_TRACE_H
#define SOUNDNESS_TRACE_H

#include "engine/base/activation.h"
#include "engine/program.h"
#include "engine/verify.h"

#define TRACE_TEXT     512
#define TRACE_RUNS     4
#define TRACE_MOMENTS  6000 /* written down of each program; runs beyond that are only watched */
#define TRACE_NONE     UINT32_MAX
#define TRACE_RUNS_MAX 64 /* with those of functions that are called back */

/* Before one instruction. */
struct moment {
    uint64_t reg[REGISTERS];
    uint32_t slot;
    uint32_t run;
    uint32_t depth;  /* functions active */
    uint32_t caller; /* the moment of the call under way, or TRACE_NONE */
    uint32_t stack;  /* its frames begin here in trace.stack, the deepest byte first */
    uint32_t next;   /* of this slot, see checker.c */
    uint16_t needed; /* registers whose number has a part in what the run went on to do */
    uint16_t held;   /* references */
};

/* What was handed in. */
struct trace_run {
    uint64_t argument[PARAMETERS];
    uint64_t moved;      /* where the world was */
    uint32_t first, end; /* its moments, and those of runs inside of it */
    uint8_t *stack_end;
    uint32_t stack_bytes;
};

struct trace {
    const struct program *program;
    const struct kind *kind;
    const struct facts *facts;
    struct moment moment[TRACE_MOMENTS];
    uint32_t count;
    struct trace_run run[TRACE_RUNS_MAX];
    uint32_t runs;
    uint8_t *stack;  /* bytes of all moments... */
    uint8_t *needed; /* ...and whether they have a part in what follows */
    uint64_t features;
    char *text; /* what is wrong */
};

/* Runs the program TRACE_RUNS times in worlds made from the seed. False, with the text set, when
 * something that was proven did not hold. */
bool trace_program(struct trace *t, const struct program *program, const struct kind *kind,
                   const struct facts *facts, uint64_t seed, char text[TRACE_TEXT]);

/* r10 of the function that a run entered as the `frame`th. */
uint64_t trace_frame_top(const struct trace *t, uint32_t run, uint32_t frame);

#endif
