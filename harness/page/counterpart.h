/* SPDX-License-Identifier: MIT */
/* counterpart.h -- a row of a paper with ours beside it, each as a multiple of its own baseline. */
#ifndef HARNESS_COUNTERPART_H
#define HARNESS_COUNTERPART_H

#include "page/page.h"

struct counterpart {
    const struct paper_match *match;
    const struct paper_row *theirs;
    char *name;             /* of our row */
    const struct row *ours; /* null: not in this run, or without a figure */
    double then, now; /* multiples of the baseline, there and here; NAN where one is not there */
};

/* The counterparts that E names, in the order of its file and of the papers' tables: an array of
 * *count, for counterparts_free. */
struct counterpart *counterparts(struct page *p, const struct experiment *e, size_t *count);
void counterparts_free(struct counterpart *all, size_t count);

#endif
