/* SPDX-License-Identifier: MIT */
/* grid.h -- a table of short texts on a terminal or in Markdown. */
#ifndef HARNESS_GRID_H
#define HARNESS_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/text.h"

/* Line by line, the headings first: a whole number of lines. */
struct grid {
    struct texts cells;
    size_t width; /* cells a line */
    bool paired;  /* cells 1 and 2, 3 and 4, ... of a line belong together */
};

/* Each column as wide as its widest cell, no spaces at a line's end; control characters
 * are tamed. */
void grid_print(const struct grid *g, FILE *to);

/* As a Markdown table; of paired cells, figures, all but the first column to the right. */
void grid_print_markdown(const struct grid *g, FILE *to);

/* TEXT as Markdown that shows it, with nothing in it that is markup; a new string. */
char *grid_markdown(const char *text);

#endif
