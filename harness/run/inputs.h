/* SPDX-License-Identifier: MIT */
/* inputs.h -- what a run depends on besides its images: source revision, tools and their versions,
 * the host, the rows that were asked for. */
#ifndef HARNESS_INPUTS_H
#define HARNESS_INPUTS_H

#include "experiment/select.h"
#include "run/run.h"

/* Fills revision, dirty, seed, host and tools of RUN. */
void inputs_fill(struct run *run);

/* Enters the chosen rows of SELECTION, or with EXPERIMENT its alone, as the plan of RUN's
 * boot B. */
void inputs_plan(struct run *run, struct boot *b, const struct selection *selection,
                 const char *experiment);

/* Now, UTC, as RFC 3339: "2026-11-23T17:40:00Z". A new string. */
char *inputs_time(void);

#endif
