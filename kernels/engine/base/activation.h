/* SPDX-License-Identifier: MIT */
/* activation.h -- one run of one program: its fuel, its stack, and the report it leaves when it
 * ends early. The same for interpreter and machine code, and with the same contents. */
#ifndef ENGINE_ACTIVATION_H
#define ENGINE_ACTIVATION_H

#include <stdint.h>

#include "engine/opcode.h"

/* X(id, sentence) */
#define FAULTS(X)                                                                                  \
    X(NONE, "ended by itself")                                                                     \
    X(FUEL, "ran out of fuel")                                                                     \
    X(DEPTH, "called more functions inside each other than the engine allows")                     \
    X(STACK, "needs more stack than it was given")                                                 \
    X(POINTER, "called through a pointer that is no function of this program")                     \
    X(MEMORY, "touched memory that is not its own")                                                \
    X(SERVICE, "was ended by a function that it called")                                           \
    X(WATCHER, "was stopped by its watcher")

enum fault {
#define X(id, sentence) FAULT_##id,
    FAULTS(X)
#undef X
        FAULT_COUNT
};

struct pausing;

#define DEPTH_MAX 32 /* functions of a program active at once, the first included */

struct activation {
    /* Set before the run. */
    uint64_t fuel;  /* iterations: each backward jump taken and each call of a function of the
                       program  uses one up, so  that fuel times the length of the program bounds the
                       instructions executed */
    uint8_t *stack; /* the interpreter's; machine code uses the stack it is called on */
    uint32_t stack_bytes;
    uint32_t start; /* the interpreter's: the slot of the function that is run; 0 is the program */

    /* The report; only fault is meaningful when it is FAULT_NONE. While the interpreter runs, its
     * registers are here. */
    uint32_t fault;          /* enum fault */
    uint32_t slot;           /* the instruction that could not complete */
    uint64_t reg[REGISTERS]; /* what of them would have been read later; of machine code, the others
                                may have what they had earlier */

    union {
        uint64_t native_stack;   /* where machine code returns to when it ends early */
        struct pausing *pausing; /* the interpreter's that pauses; set before the run */
    };
    const struct insn *at; /* the interpreter's: the access, or call of a kernel function, under way
                              or the last one */
};

/* The sentence that goes with a fault; never null. */
const char *fault_sentence(enum fault fault);

#endif
