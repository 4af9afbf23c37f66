/* SPDX-License-Identifier: MIT */
/* checker.h -- abstract against concrete: a program that the verifier accepted runs, watched
 * (trace.h), and before every instruction the registers and the stacks must be a case of something
 * that the verifier saw there.
 *
 * The runs are written down first. Then the program is verified once more, and each state that the
 * verifier looks at takes away the moments that it describes; none may be left. So nothing of the
 * verifier's has to be kept. */
#ifndef SOUNDNESS_CHECKER_H
#define SOUNDNESS_CHECKER_H

#include "cover.h"
#include "engine/kind.h"
#include "engine/program.h"
#include "trace.h"

enum checked { CHECKED_REFUSED, CHECKED_FINE, CHECKED_WRONG };

/* What came of a program. */
struct findings {
    enum rule refused;
    uint32_t slot;          /* ...where */
    uint64_t features;      /* of what it did */
    struct covered covered; /* of what the verifier did */
    uint32_t moments;       /* that were compared */
    char text[TRACE_TEXT];  /* after CHECKED_WRONG: what was violated */
};

/* Verifies a program as one of a kind of world.h and, if it is accepted, runs it in worlds made
 * from the seed. */
enum checked checker_run(struct program *program, const struct kind *kind, uint64_t seed,
                         struct findings *f);

#endif
