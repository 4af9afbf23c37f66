/* SPDX-License-Identifier: MIT */
/* host_run.h -- the system `host`: each experiment's Google Benchmark program, run on the machine
 * one sits at, alone. */
#ifndef HARNESS_HOST_RUN_H
#define HARNESS_HOST_RUN_H

#include "base/folder.h"
#include "run/progress.h"
#include "run/collection.h"
#include "experiment/select.h"

/* Runs the chosen rows BOOTS times, one process an experiment and time; each becomes a boot of
 * C's run whose raw log is the program's JSON, and is collected. Gives 0 or the signal that ended
 * it; dies where the folder cannot be written. */
int host_run(struct collection *c, struct folder *folder, const struct selection *selection,
             unsigned boots, double bench_limit, struct progress *progress);

#endif
