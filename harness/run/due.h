/* SPDX-License-Identifier: MIT */
/* due.h -- what a boot owed: the rows it was asked for, and the samples it announced. */
#ifndef HARNESS_DUE_H
#define HARNESS_DUE_H

#include "run/collection.h"

/* Finishes the trials of C's boot after its last record: net figures, and each trial's state. A row
 * that was asked for or planned and never came becomes a missing trial and a problem (20); a bench
 * without a sample, or with fewer than it announced, a problem (21, 18). LOST: records are known to
 * be missing, so that a count too low is no news. */
void due_judge(struct collection *c, bool lost);

#endif
