/* SPDX-License-Identifier: MIT */
/* claims.h -- hold a run against the papers: each claim of an experiment gets an outcome, with what
 * was measured on both sides of its relation and the paper's own ratio beside it.
 *
 * An outcome is about one clock. Under an exact clock it is "reproduced in instructions"; the bare
 * word is kept for cycles of a real machine, where the relation must hold for the whole 95 %
 * intervals of both medians. */
#ifndef HARNESS_CLAIMS_H
#define HARNESS_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/claim.h"
#include "run/run.h"

enum outcome { OUTCOME_REPRODUCED, OUTCOME_MISSED, OUTCOME_NONE, OUTCOME_INAPPLICABLE };

/* One pair of rows that a relation is about; several where it has a "*". */
struct claim_case {
    const struct relation *relation;
    char *row, *of;              /* full names */
    const struct row *ours, *to; /* null: not in this run */
    double bound;                /* the most (or least) that ours may be */
    double ratio;                /* stats_multiple(ours, to); NAN where either is missing */
    bool holds, fails;           /* neither: missing, or the intervals overlap */
};

struct judged {
    const struct claim *claim;
    enum outcome outcome;
    char
        *words; /* "reproduced in instructions", "not reproduced", "no verdict", "not applicable" */
    char *why;  /* what decided it, a phrase; "" where the cases say all */
    struct claim_case *cases;
    size_t case_count;
    struct claim_paper *papers;
    size_t paper_count;
};

/* Judges the claims of E by RUN's figures; an array of e->claims.count. Null with *why (40) where a
 * paper's table, row or system that a claim names does not exist. */
struct judged *claims_judge(const struct experiment *e, const struct run *run,
                            struct papers *tables, struct failure *why);
void claims_free(struct judged *judged, size_t count);

#endif
