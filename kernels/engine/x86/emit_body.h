/* SPDX-License-Identifier: MIT */
/* emit_body.h -- a program's body placed into other code: what it does is done there, without a
 * call, and without a frame where it needs none. For dispatchers, demultiplexers and predicates
 * that generate code of their own (SPIN's dispatcher inlines guards and handlers so: Pardyak and
 * Bershad, OSDI '96, 3.2).
 *
 *     labels = emit_body_labels(program)        of the emitter's, for the body alone
 *     emit_body(&e, &body, &lost)               where it shall stand
 *
 * It means what the program's machine code means, with the same options. An argument that is in a
 * register is used there; one that is a constant, or that another value is written over, is moved
 * to a register of the body's own only then. What it pushes it has popped when it ends. */
#ifndef ENGINE_EMIT_BODY_H
#define ENGINE_EMIT_BODY_H

#include "engine/jit.h"
#include "engine/kind.h"
#include "engine/x86/emit.h"

/* Lost in every case, as are the flags: arguments do not lie there. */
#define EMIT_BODY_SCRATCH (1u << X86_RAX | 1u << X86_R9 | 1u << X86_R10 | 1u << X86_R11)
#define EMIT_BODY_NOWHERE 0xff

enum body_argument_kind { BODY_NONE, BODY_REGISTER, BODY_CONSTANT };

struct body_argument {
    uint8_t kind; /* enum body_argument_kind; NONE: the program does not have it */
    uint8_t reg;  /* not rsp and none of EMIT_BODY_SCRATCH */
    uint64_t constant;
};

struct body {
    const struct program *program; /* verified */
    const struct jit_options *options;
    struct body_argument argument[PARAMETERS];
    uint16_t free;  /* registers whose values nobody needs afterwards, a bit each */
    bool unaligned; /* rsp is 8 more than a multiple of 16; only what calls minds */
    uint32_t label; /* the first of its own labels */

    /* Where the body ends it goes on behind itself, but: */
    uint8_t result;   /* the register that has the result then, or EMIT_BODY_NOWHERE */
    bool has_if_zero; /* a result of 0 leads to this label instead... */
    uint32_t if_zero;
    /* ...and, of a program that is metered, used-up fuel leads here. r12 is the activation then,
     * which has the fuel and gets the report; the body keeps r12 and puts no argument there. */
    uint32_t ended;
};

/* Can the program be placed? It can if it is one function that hands none out. */
bool emit_body_can(const struct program *program);

uint32_t emit_body_labels(const struct program *program);

/* Emits the body of a program that can be placed. *lost: the registers that it leaves with other
 * values, all of them free or scratch or the result's. False when out of memory. */
bool emit_body(struct emitter *e, const struct body *body, uint16_t *lost);

#endif
