/* SPDX-License-Identifier: MIT */
/* hooks.h -- all that the engine asks of its surroundings. It knows no machine: memory and
 * executable mappings are handed in here, by a kernel as by a program on the host. */
#ifndef ENGINE_HOOKS_H
#define ENGINE_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CODE_ALIGN 64   /* of every piece of code memory... */
#define CODE_PAGE  4096 /* ...and of those as long as this or longer */

/* A program moves a pointer at most so far from where the memory that it points into begins, in
 * bytes, and memory that programs are handed lies further than that from both ends of the address
 * space and from its middle, where addresses become negative as signed numbers. So no pointer comes
 * round: of two into one memory the one further on has the greater address, signed and unsigned,
 * and none is null.
 *
 * Whoever hands memory in sees to its distance: variables, arguments and what they lead to, what
 * calls give, packets, stacks. Variables are looked at when a program is decoded, and stacks where
 * assertions are on (assert.h). */
#define DISTANCE ((uint64_t)1 << 29)

static inline bool distance_is_kept(uint64_t address, uint64_t bytes) {
    uint64_t half = address & ~(UINT64_MAX >> 1), from = address - half,
             end = (UINT64_MAX >> 1) - DISTANCE;
    return from > DISTANCE && from < end && bytes < end - from;
}

/* A piece of code memory. Nothing is ever writable and executable at one address, nor is what runs
 * while other code is written in its page. */
struct code_memory {
    uint8_t *write; /* null once sealed */
    uint8_t *run;   /* where what was written will run; nothing of it can be read there before */
    size_t bytes;
};

struct hooks {
    void *owner; /* given back to each hook; says which account is charged */

    /* Zeroed memory, aligned for any object, or null. */
    void *(*allocate)(void *owner, size_t bytes);
    /* The same number of bytes as was asked for. Null memory is allowed. */
    void (*release)(void *owner, void *memory, size_t bytes);

    /* Code memory of at least `bytes`; false when there is none. What is not written traps. */
    bool (*code_map)(void *owner, size_t bytes, struct code_memory *code);
    /* The code is complete: it can be run from here on, and not be written. */
    void (*code_seal)(void *owner, struct code_memory *code);
    void (*code_unmap)(void *owner, struct code_memory *code);
    /* Every running mapping lies in [code_low, code_high): what all of it can reach is called
     * directly. */
    uintptr_t code_low, code_high;

    /* Zeroed memory from the start of a page, never executable, in [code_low, code_high): the
     * variables of native objects, which their code reaches by distances of 32 bits. Both may be
     * null; then such objects have none. */
    void *(*data_map)(void *owner, size_t bytes);
    void (*data_unmap)(void *owner, void *memory, size_t bytes);
};

#endif
