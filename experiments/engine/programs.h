/* SPDX-License-Identifier: MIT */
/* programs.h -- the sample programs: what kind each is, what it is given, and what it must give
 * back. One table for every way to run them and every system. Freestanding. */
#ifndef EXPERIMENTS_ENGINE_PROGRAMS_H
#define EXPERIMENTS_ENGINE_PROGRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "engine/kind.h"
#include "programs/list.h"

#define SAMPLE_KIND        "sample" /* as which their native objects are signed */
#define SAMPLE_CONTEXT_MAX 8192     /* bytes that the largest context fits in */

struct sample_program {
    const char *name;
    struct kind kind; /* what the verifier holds it to; its two arguments are the context's start
                         and, for a packet, its end */
    /* Fills a context, of at most SAMPLE_CONTEXT_MAX bytes, aligned to 8; gives its length. Seed 0
     * is the fixed input; any other gives a random one, always the same for one seed. */
    size_t (*build)(void *context, uint64_t seed);
    uint64_t result; /* for the fixed input */
};

enum {
#define X(name) SAMPLE_##name,
    SAMPLE_PROGRAMS(X)
#undef X
        SAMPLE_PROGRAM_COUNT
};

extern const struct sample_program sample_program[SAMPLE_PROGRAM_COUNT];

#endif
