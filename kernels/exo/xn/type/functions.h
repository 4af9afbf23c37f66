/* SPDX-License-Identifier: MIT */
/* functions.h -- the functions of a template: proven by the engine as of their kinds, or signed;
 * and how they are run. */
#ifndef EXO_XN_FUNCTIONS_H
#define EXO_XN_FUNCTIONS_H

#include "engine/interpreter.h"
#include "exo/xn/type/types.h"

#define XN_RUN_MAX   2000 /* instructions that a run may cost... */
#define XN_BLOCK_MAX 8000 /* ...and all partitions of a block together */
#define XN_STACK_MAX 2048 /* bytes of stack that a function may use */

enum { XN_DO_OWNS, XN_DO_ACL, XN_DO_SIZE, XN_DO_DROP, XN_DOES };

/* Begins to make the functions of the importing's type, which has an object: -E_AGAIN, to be gone
 * on with; or an error, and *why says it. */
int functions_begin(struct xn_importing *m);
/* 0: they are the type's; -E_AGAIN: it goes on; or an error. */
int functions_go(struct xn_importing *m, uint32_t units);
/* Of an importing that ends, whatever came of it. */
void functions_end(struct xn_importing *m);
/* Gives back those of a type. */
void functions_close(struct xn_type *type);

/* Does the function read this byte of its first argument? */
bool function_reads(const struct xn_program *p, uint32_t byte);

/* The result; r1 to r4 are what its kind is given, and what it may write is zeroed. */
static inline uint64_t function_run(const struct xn_program *p, uint64_t r1, uint64_t r2,
                                    uint64_t r3, uint64_t r4, uint8_t *stack) {
    if (p->entry)
        return p->entry(r1, r2, r3, r4, 0, NULL);
    const uint64_t argument[PARAMETERS] = {r1, r2, r3, r4};
    struct activation a = {.fuel = p->cost, .stack = stack, .stack_bytes = XN_STACK_MAX};
    uint64_t result = interpreter_run(p->program, argument, &a);
    return a.fault ? UINT64_MAX : result;
}

#endif
