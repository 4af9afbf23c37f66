/* SPDX-License-Identifier: MIT */
/* hooks.h -- all that the engine asks of its surroundings. It knows no machine: memory and
 * executable mappings are handed in here, by a kernel as by a program on the host. */
#ifndef ENGINE_HOOKS_H
#define ENGINE_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One piece of memory seen through two mappings. No page is ever writable and executable at one
 * address. */
struct code_memory {
    uint8_t *write; /* null once sealed */
    uint8_t *run;
    size_t bytes;
};

struct hooks {
    void *owner; /* given back to each hook; says who is charged */

    /* Zeroed memory, aligned for any object, or null. */
    void *(*allocate)(void *owner, size_t bytes);
    /* The same number of bytes as was asked for. Null memory is allowed. */
    void (*release)(void *owner, void *memory, size_t bytes);

    /* Code memory of at least `bytes`, from the start of a page; false when there is none. */
    bool (*code_map)(void *owner, size_t bytes, struct code_memory *code);
    /* Takes the writing mapping away: the code is complete. */
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
