/* SPDX-License-Identifier: MIT */
/* comparison.h -- two runs held against each other: what went into them, and row by row what came
 * out. `compare` prints it, `verify` judges it.
 *
 * Rows of an exact clock are compared sample by sample; rows of a noisy one by their boots' medians
 * (stats_compare); rows of unlike clocks not at all. */
#ifndef HARNESS_COMPARISON_H
#define HARNESS_COMPARISON_H

#include "run/run.h"
#include "run/stats.h"

enum row_change {
    ROW_SAME,
    ROW_FASTER,
    ROW_SLOWER,
    ROW_UNSURE,  /* the noise is wider than the difference */
    ROW_CHANGED, /* same median, other samples; or a check's other verdict; or now without figure */
    ROW_GONE,    /* missing: only in A, or nothing arrived in B */
    ROW_NEW,
    ROW_UNLIKE, /* unlike clocks, or no figure on either side */
    ROW_CHANGES
};

struct row_comparison {
    const struct row *a, *b; /* one of them may be null */
    enum row_change change;
    struct interval ratio; /* of the medians B/A, 95 %; meaningless unless both have a figure */
};

/* X(ID, NAME): what an input is part of. */
enum input_kind { INPUT_BUILD, INPUT_MACHINE, INPUT_OPTION, INPUT_KINDS };

struct input_difference {
    enum input_kind kind;
    char *what; /* "spin image", "qemu" */
    char *a, *b;
};

struct comparison {
    const struct run *a, *b;
    struct row_comparison *rows; /* A's in A's order, then the new ones */
    size_t row_count;
    struct input_difference *inputs;
    size_t input_count;
    size_t counts[ROW_CHANGES];
};

/* Keeps pointers into both runs. */
struct comparison *comparison_make(const struct run *a, const struct run *b);
void comparison_free(struct comparison *c);

/* 3 if a row is on unlike clocks or none is in common, else 1 if any differs, else 2 if any is
 * unsure, else 0. */
int comparison_status(const struct comparison *c);

/* Whether the two must be the same to the byte: whole runs of the same inputs, and every figure by
 * an exact clock. */
bool comparison_identical_due(const struct comparison *c);

/* The inputs that determine a row and differ between the trials of A and B, as "image, qemu": image
 * hash, compiler, QEMU's version, machine (its arguments), boot command line, plan, Linux package.
 * A new string, "" if none does. */
char *comparison_row_inputs(const struct comparison *c, const struct row_comparison *row);

/* "34 -> 36 instructions, +5.88 %" or "pass -> fail: why"; what one side lacks stands as "-". A new
 * string. */
char *comparison_row_text(const struct row_comparison *row);
const char *comparison_row_name(const struct row_comparison *row);

const char *row_change_name(enum row_change change);
const char *input_kind_name(enum input_kind kind);

#endif
