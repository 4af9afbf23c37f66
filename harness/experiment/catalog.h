/* SPDX-License-Identifier: MIT */
/* catalog.h -- every row that the built images have. */
#ifndef HARNESS_CATALOG_H
#define HARNESS_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/experiments.h"
#include "base/failure.h"
#include "base/text.h"

struct catalog_row {
    char *name; /* in full: "exo:syscall/null" */
    char *experiment;
    bool check;
};

struct catalog {
    struct catalog_row *rows; /* system by system, in the image's order */
    size_t row_count;
    struct texts unbuilt; /* systems whose image, and so whose rows, are not there yet */
};

/* Reads all of it. Null with *why: 40 for the first .rows file that is malformed. */
struct catalog *catalog_load(struct failure *why);
void catalog_free(struct catalog *c);

/* Whether every row and every paper's number that the experiments ALL refer to exists. Where a
 * system is not built nothing can be said of our rows, and they pass. Gives 0, or 40 with *why. */
int catalog_check(const struct catalog *c, const struct experiments *all, struct failure *why);

#endif
