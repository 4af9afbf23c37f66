/* SPDX-License-Identifier: MIT */
/* sweep.h -- from a spec ("dispatch/handlers:1,10/args:0,1") to its rows
 * ("dispatch/handlers:1/args:0", ...): a part "key:v1,v2" counts through its values, and the first
 * sweep varies slowest, as the first digit of a number does. */
#ifndef MEASURE_SWEEP_H
#define MEASURE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "measure/protocol.h"

#define SWEEP_ROWS_MAX 100000

/* How many rows SPEC makes; 0 where it is malformed: an empty part, key or value, a byte that is
 * not printable ASCII, a row name that is too long, more than SWEEP_ROWS_MAX rows. */
unsigned sweep_rows(const char *spec);

/* Writes the name of row INDEX (below sweep_rows(spec)); of a malformed SPEC nothing, "". */
void sweep_name(const char *spec, unsigned index, char name[PROTOCOL_NAME_MAX]);

/* The value of KEY in a row's name, not NUL-terminated; null where the name has no such key. */
const char *sweep_value(const char *name, const char *key, size_t *length);

#endif
