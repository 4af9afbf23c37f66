/* SPDX-License-Identifier: MIT */
/* table.h -- the rows of a run beside each other: a line a row's name, a column a system (and label
 * of its boots), in a cell the system's row of that name with its multiples of the floor's and of
 * Linux's in the same line. Page, terminal, Markdown and CSV show this one table, each in its own
 * words:
 *
 *     struct table *t = table_new(run, "syscall", CLOCK_ICOUNT);
 *     for (size_t i = 0; i < t->line_count; i++)
 *         for (size_t k = 0; k < t->column_count; k++)
 *             show(t->lines[i].name, t->columns[k].system, &t->lines[i].cells[k]);
 *     table_free(t);
 *
 * A table is about one clock, so that every figure in it has the unit clock_unit(t->clock). */
#ifndef HARNESS_TABLE_H
#define HARNESS_TABLE_H

#include "run/run.h"

/* Columns are in the order of system_list(), a system's without a label first. */
struct table_column {
    const char *system; /* "linux" */
    const char *label;  /* "mitigations:default", or "" */
};

struct table_cell {
    const struct row *row;     /* null: the system has none of this name by this clock */
    double of_floor, of_linux; /* its median divided by theirs, whose boots have no label; NAN where
                                  one of the two has no figure, or theirs is not above 0, and in
                                  the very row that it would be divided by */
};

struct table_line {
    char *name;   /* without system and label: "syscall/args:3" */
    char *family; /* what it shares with the lines about it: "args". Lines of one family follow each
                     other; families, and lines in one, are in the order of the run */
    struct table_cell *cells; /* one a column */
};

struct table {
    enum clock clock;
    struct table_column *columns;
    size_t column_count;
    struct table_line *lines;
    size_t line_count;
};

/* The benches of EXPERIMENT in RUN by CLOCK; lines and columns may be none. A row that has no
 * figure and so no clock stands where another system's row of that name has one, else in the table
 * of the run's own clock. Points into RUN. */
struct table *table_new(const struct run *run, const char *experiment, enum clock clock);
void table_free(struct table *t);

#endif
