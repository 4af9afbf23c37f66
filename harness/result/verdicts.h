/* SPDX-License-Identifier: MIT */
/* verdicts.h -- the claims of all of a run's experiments, judged once, before anything is written
 * or drawn: summary.json, the page and the terminal show what stands here. */
#ifndef HARNESS_VERDICTS_H
#define HARNESS_VERDICTS_H

#include <jansson.h>
#include <stdio.h>

#include "experiment/experiments.h"
#include "experiment/papers.h"
#include "result/claims.h"

/* An experiment's claims, experiment->claims.count of them, in the order of its file. */
struct verdict_list {
    const struct experiment *experiment;
    struct judged *claims;
};

struct verdicts {
    struct verdict_list *lists; /* an experiment each, in the order of the run's */
    size_t count;
    struct papers tables; /* the papers' tables that the claims point into */
};

/* Judges the claims of EXPERIMENTS by RUN's figures and by the papers' tables that FOLDER keeps;
 * all three are to live as long. 0, or 40 with *why where a table, a row or a system that a claim
 * names is not there; then too verdicts_free is due. */
int verdicts_make(struct verdicts *v, const struct run *run, const struct experiments *experiments,
                  const struct folder *folder, struct failure *why);
void verdicts_free(struct verdicts *v);

/* summary.json's `claims`; the caller's. */
json_t *verdicts_to_json(const struct verdicts *v);

/* How many claims came to which outcome, and each that is not reproduced, with the rows that fail
 * it; nothing of a claim of which a row was not asked for. */
void verdicts_tell(const struct verdicts *v, const struct run *run, FILE *to);

/* A line a claim: "syscall/exo-ten-times: reproduced in instructions: umask takes ...". */
void verdicts_print(const struct verdicts *v, FILE *to);

#endif
