/* SPDX-License-Identifier: MIT */
/* table_print.h -- a run's benches in writing: for a terminal, as Markdown, as CSV. */
#ifndef HARNESS_TABLE_PRINT_H
#define HARNESS_TABLE_PRINT_H

#include <stdio.h>

#include "run/run.h"

/* Prints the medians of RUN to TO, a line a bench and a column a system, each figure with its
 * multiple of the floor's (of Linux's where the floor did not run); nothing where RUN has no bench.
 * Exact figures have all their digits, those of a noisy clock six and the half width of their
 * interval in percent. For a terminal, at the end of which stands why Linux has two columns; the
 * second form is a Markdown table for each unit. */
void table_print(const struct run *run, FILE *to);
void table_print_markdown(const struct run *run, FILE *to);

/* The same for a program: a header, then a line a figure (RFC 4180). */
void table_print_csv(const struct run *run, FILE *to);

#endif
