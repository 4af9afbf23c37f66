/* SPDX-License-Identifier: MIT */
/* comparison.h -- two runs held against each other: what went into them, row by row what came out,
 * and file by file where they must be the same to the byte. `compare` wants no difference; `verify`
 * lets a row move a little where an input differs that it depends on, which is the threshold.
 *
 * Rows of an exact clock are compared sample by sample, and with them what was counted; rows of a
 * noisy one by their boots' medians (stats_compare); rows of unlike clocks not at all. */
#ifndef HARNESS_COMPARISON_H
#define HARNESS_COMPARISON_H

#include "run/run_json.h"
#include "run/stats.h"

enum row_change {
    ROW_SAME,
    ROW_FASTER,
    ROW_SLOWER,
    ROW_UNSURE,  /* the noise is wider than the difference */
    ROW_CHANGED, /* same median, other samples or counters; or a check's other verdict; or now
                    without figure */
    ROW_MOVED,   /* one of the three, within the threshold and with an input that explains it */
    ROW_GONE,    /* missing: only in A, or nothing arrived in B */
    ROW_NEW,
    ROW_UNLIKE,  /* unlike clocks, or no figure on either side */
    ROW_UNASKED, /* only in A, and with a threshold: B was not asked for it */
    ROW_CHANGES
};

struct row_comparison {
    const struct row *a, *b; /* one of them may be null */
    enum row_change change;
    bool other_samples, other_counters; /* of an exact clock, where the medians are the same */
    struct interval ratio; /* stats_ratio of the medians, 95 %; meaningless unless both have one */
};

struct input_difference {
    enum input_kind kind;
    const struct boot *boot; /* of A, whose input it is; null: the whole run's */
    const char *name;        /* "image", "qemu" */
    bool decides;            /* the boot's rows depend on it */
    char *a, *b;
};

struct comparison {
    const struct run *a, *b;
    double threshold;
    struct row_comparison *rows; /* A's in A's order, then the new ones */
    size_t row_count;
    size_t counts[ROW_CHANGES];
    struct input_difference *inputs;
    size_t input_count;
    size_t files;        /* that were compared */
    struct texts differ; /* those that differ, each with a word on how */
};

/* THRESHOLD: how far a row may move, as a part of its figure, where an input that it depends on is
 * another; rows that B was not asked for, or has beside A's, are fine then. 0: nothing may differ.
 * Keeps pointers into both runs. */
struct comparison *comparison_make(const struct run *a, const struct run *b, double threshold);
void comparison_free(struct comparison *c);

/* Whether the two must be the same to the byte: whole runs of the same inputs, and every figure by
 * an exact clock. */
bool comparison_identical_due(const struct comparison *c);

/* Compares every file of the two runs' folders, which may be links to them; what two runs of one
 * build may differ in is one list, in comparison_files.c. What differs, is only on one side, or
 * cannot be read (a link is none) goes to c->differ. 0, or 42 with *why where a folder cannot be
 * read. */
int comparison_files(struct comparison *c, struct failure *why);

/* 3 if a row is on unlike clocks or none is in common, else 1 if any row differs beyond the
 * threshold, or a file, else 2 if any is unsure, else 0. */
int comparison_status(const struct comparison *c);

/* The inputs that determine a row and differ, as "image, qemu": image, machine (QEMU's arguments),
 * command line and plan of its boot, compiler, QEMU's version, Linux's package. A new string, "" if
 * none does. */
char *comparison_row_inputs(const struct comparison *c, const struct row_comparison *row);

/* "34 -> 36 instructions, +5.88 %" or "pass -> fail: why"; what one side lacks stands as "-". A new
 * string. */
char *comparison_row_text(const struct row_comparison *row);
const char *comparison_row_name(const struct row_comparison *row);
const char *row_change_name(enum row_change change);

/* Whether, with a threshold, B has rows and A has none of them: nothing is wrong, and nothing was
 * compared. */
bool comparison_only_new(const struct comparison *c);

/* Both runs, the inputs that differ, the rows and files, and what was counted, on standard output:
 * the rows that are not as they should be, the worst first, with what explains them, and the ten
 * that moved furthest of those that may; with ALL the others behind them. Of two runs that are not
 * comparable only a sentence that says why, and the rest with ALL. */
void comparison_print(const struct comparison *c, bool all);
/* The same as one JSON object, all rows in it. */
void comparison_print_json(const struct comparison *c);

#endif
