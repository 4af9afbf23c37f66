/* SPDX-License-Identifier: MIT */
/* rows.h -- the rows an image has, known without booting it: the build dumps the text that BENCH
 * and CHECK leave in the image into build/guest/SYSTEM.rows. A row's number, which `run=` on the
 * boot command line names, is its place in that file after sweeps are expanded, the first sweep of
 * a name turning slowest (kernels/measure/bench.h). */
#ifndef HARNESS_ROWS_H
#define HARNESS_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/failure.h"
#include "guest/system.h"

struct row_spec {
    char *name; /* without the system: "syscall/args:3" */
    char *experiment;
    bool check; /* else a bench */
    unsigned number;
};

struct row_specs {
    struct row_spec *items;
    size_t count;
};

/* More rows than this in one image are a mistake in a sweep. */
enum { ROWS_MAX = 4096, RUN_ROWS_MAX = 6 * ROWS_MAX };

/* Appends a row with copies of its names. */
void rows_add(struct row_specs *rows, const char *name, const char *experiment, bool check,
              unsigned number);

/* Reads the TEXT of a .rows file (FILE names it in messages). 0, or 40 with *why: a line without
 * its three parts, a kind that is neither bench nor check, an empty or too long name, a sweep
 * without end. Nothing is left in *rows then. */
int rows_parse(const char *text, const char *file, struct row_specs *rows, struct failure *why);

/* The same from the file at PATH; 32 where it is not there. */
int rows_load(const char *path, struct row_specs *rows, struct failure *why);

/* Those of the system S, a guest. */
int rows_of(const struct system *s, struct row_specs *rows, struct failure *why);

void rows_free(struct row_specs *rows);

/* "0-3,7" of rising NUMBERS, a new string. */
char *rows_ranges(const unsigned *numbers, size_t count);

#endif
