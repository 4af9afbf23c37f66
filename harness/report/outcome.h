/* SPDX-License-Identifier: MIT */
/* outcome.h -- the end of `run` and `import`: write down how it went, derive, judge the claims,
 * draw, and tell the user. */
#ifndef HARNESS_OUTCOME_H
#define HARNESS_OUTCOME_H

#include "base/folder.h"
#include "experiment/experiments.h"
#include "run/run.h"

struct outcome_options {
    bool quiet;  /* failures only */
    bool json;   /* summary.json instead of the table */
    bool latest; /* point results/latest at it */
};

/* Finishes the RUN that was made and collected in FOLDER, of these EXPERIMENTS; SIGNAL ended it, or
 * 0. Gives the exit status: 128 + SIGNAL, or the lowest failure, or 0. Each failure is named on
 * standard error. Dies where a file cannot be written. */
int outcome_finish(struct run *run, struct folder *folder, const struct experiments *experiments,
                   int signal, const struct outcome_options *how);

#endif
