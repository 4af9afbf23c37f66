/* SPDX-License-Identifier: MIT */
/* summary.h -- the two forms in which a run leaves the harness for other programs: summary.json and
 * samples/EXPERIMENT.tsv. */
#ifndef HARNESS_SUMMARY_H
#define HARNESS_SUMMARY_H

#include <jansson.h>

#include "result/verdicts.h"
#include "run/run.h"

/* The whole of summary.json; the caller's. */
json_t *summary_to_json(const struct run *run, const struct verdicts *verdicts);

/* What samples/EXPERIMENT.tsv holds, a new string of *length bytes. */
char *samples_text(const struct run *run, const char *experiment, size_t *length);

/* Writes samples/EXPERIMENT.tsv, one file an experiment that has samples. 0, or 42 or 43 with *why
 * where one cannot be written. */
int samples_write(const struct run *run, struct folder *folder, struct failure *why);

/* Writes both forms; as samples_write. */
int summary_write(const struct run *run, const struct verdicts *verdicts, struct folder *folder,
                  struct failure *why);

#endif
