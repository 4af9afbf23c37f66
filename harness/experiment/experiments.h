/* SPDX-License-Identifier: MIT */
/* experiments.h -- the experiments that a command is about: the tree's own, or the copies that a
 * run keeps. */
#ifndef HARNESS_EXPERIMENTS_H
#define HARNESS_EXPERIMENTS_H

#include "base/failure.h"
#include "base/folder.h"
#include "base/text.h"
#include "experiment/experiment.h"

/* Each read once. {0} is empty. */
struct experiments {
    struct experiment **items;
    size_t count;
};

/* Loads the tree's experiments of these NAMES, the kernels' own tests passed over. 0, or as
 * experiment_load with *why. */
int experiments_load(struct experiments *all, const struct texts *names, struct failure *why);

/* Whether what they hand in beside their yaml, captures, can be used. 0, or 40 with *why. */
int experiments_inputs(const struct experiments *all, struct failure *why);

/* As experiments_load, of the copies that the run RUN keeps. 0; with *why 40 where one is missing
 * or malformed, 42 where it cannot be read. */
int experiments_kept(struct experiments *all, const struct texts *names, const struct folder *run,
                     struct failure *why);

/* Copies into the run RUN what its report is made from: each experiment's yaml as it was read, its
 * plot and page, and the papers' tables it refers to. 0 or an exit status with *why. */
int experiments_keep(const struct experiments *all, struct folder *run, struct failure *why);
void experiments_free(struct experiments *all);

#endif
