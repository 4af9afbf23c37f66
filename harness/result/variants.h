/* SPDX-License-Identifier: MIT */
/* variants.h -- a row among its variants: what it is called without its system and without the
 * label of its boot. */
#ifndef HARNESS_VARIANTS_H
#define HARNESS_VARIANTS_H

#include "run/run.h"

/* The label of the boot it comes from: "mitigations:default", or "". */
const char *row_label(const struct run *run, const struct row *row);

/* Its name without system and label, as a new string: "syscall/null". */
char *row_spec(const struct run *run, const struct row *row);

#endif
