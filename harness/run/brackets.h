/* SPDX-License-Identifier: MIT */
/* brackets.h -- what the plugin counted (plugin/count.c) and which samples it belongs to. The file
 * beside a raw log has a bracket after the other and no names; the log's records say how many each
 * row had (kernels/measure/timing.c), and the empty ones between two rows, in which nothing is
 * counted, that both still speak of the same. */
#ifndef HARNESS_BRACKETS_H
#define HARNESS_BRACKETS_H

#include "run/collection.h"

/* The file of counters beside the raw log RAW: "raw/spin.0.counters" for "raw/spin.0.log"; a new
 * string. */
char *brackets_file(const char *raw);

/* Takes the LENGTH bytes of this boot's counters (null: there are none), after all of its records.
 * Where they are malformed, or are not those of its brackets, that is a problem of the boot, and
 * its rows have none from there on. */
void brackets_collect(struct collection *c, const char *bytes, size_t length);

#endif
