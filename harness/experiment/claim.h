/* SPDX-License-Identifier: MIT */
/* claim.h -- what an experiment's claims rest on: the ratios that the papers' tables give, and
 * whether all that it names exists. */
#ifndef HARNESS_CLAIM_H
#define HARNESS_CLAIM_H

#include <stdbool.h>

#include "experiment/experiment.h"
#include "experiment/papers.h"

/* A ratio that the paper's numbers give: over several platforms a range. */
struct claim_paper {
    const struct evidence *evidence;
    double low, high;
    bool seen;                             /* every number that went into it */
    const struct paper_row *above, *below; /* of the first platform; below may be null */
};

/* Fills P from its evidence. False with *why (40) where the table does not have what the evidence
 * names, in line P->evidence->line of FILE. */
bool claim_paper_find(struct claim_paper *p, const char *file, struct papers *tables,
                      struct failure *why);

/* Whether all that E names exists: the papers' rows on SHELF, and our rows among KNOWN (full names
 * of every system's rows). Gives 0, or 40 with *why naming file, line and what is missing. */
int claims_check(const struct experiment *e, const struct texts *known, struct papers *tables,
                 struct failure *why);

#endif
