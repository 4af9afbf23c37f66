/* SPDX-License-Identifier: MIT */
/* experiment.h -- an experiment's folder as its experiment.yaml describes it: what is asked, on
 * which systems, which rows of the papers it answers to, and which claims it checks.
 * docs/experiment.md is the reference.
 *
 * A row is named in full: "exo:syscall/null". At most one part of it may be "key:*", which stands
 * for every value there is; where two rows belong together, the same value stands in both. */
#ifndef HARNESS_EXPERIMENT_H
#define HARNESS_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "experiment/devices.h"
#include "experiment/document.h"
#include "base/failure.h"
#include "base/text.h"

/* The name that stands for the kernels' own tests beside the experiments' names. */
#define EXPERIMENT_CHECKS "checks"

/* A row of a published table, and which of our rows stand beside its systems. */
struct paper_match {
    const char *table, *row;    /* "spin-sosp95", "syscall/null" (may have one "*") */
    const char *unit, *title;   /* which of the rows of that name: paper_row_is; or null */
    const char *of;             /* the paper's system whose multiple the others are, or null */
    const char *of_row;         /* the row that this stands in, and */
    const char *of_ours;        /* ours beside it; both null: in `row` itself and in `ours` */
    struct document_list pairs; /* of struct document_pair: the paper's system -> our row */
    int line;
};

/* A line of the table that the page begins with: what something costs, by the row that stands for
 * it on each system that has it. */
struct answer {
    const char *cost;          /* "null system call" */
    struct document_list rows; /* of const char *: full names, one a system */
    const char *floor;         /* the row whose multiples the others are, or null */
    const char *floor_is;      /* what that is, a few words: "direct call"; null: the floor */
    int line;
};

/* What a paper printed for a claim: the ratio of two systems' values, or one value that is a ratio
 * already. */
struct evidence {
    const char *table, *row;
    const char *unit, *title; /* which of the rows of that name: paper_row_is; or null */
    const char *value;        /* the paper's system above the line */
    const char *of;           /* and below it; null: value is a ratio already */
    const char *of_row;       /* where it stands in another row, else null */
    const char *note;         /* or null */
    int line;
};

/* ROW stays at most (or at least) TIMES as large as OF, plus PLUS. Where both have a "*", for every
 * value that it has in the rows of a run, or for those that OVER lists, whether they are there or
 * not. */
struct relation {
    const char *row, *of;
    struct document_list over; /* of const char *; empty: every value there is */
    double at_most, at_least;  /* one of the two is 0 */
    double plus;               /* in the clock's unit */
    int line;
};

struct claim {
    const char *id;             /* lower-case words with hyphens, unique in its experiment */
    const char *sentence;       /* what the paper says */
    const char *source;         /* where it says so */
    const char *checked;        /* what is checked here, in words, with the threshold */
    struct document_list holds; /* of struct relation, one at least; all of them must hold */
    struct document_list paper; /* of struct evidence; empty: no paper prints a figure */
    struct document_list
        clocks; /* of const char *: the clocks it means something under; empty: all */
    int line;
};

struct experiment {
    char *name; /* its folder's */
    const char *title, *question;
    const char *unit; /* what one figure is for: "call" */
    double place; /* among the report's chapters, from 1; 0: behind those that have one, by name */
    struct document_list systems; /* of const char * */
    struct document_list sweeps;  /* of struct document_pair: a sweep's key -> its axis label */
    struct document_list inexact; /* of const char *: sweeps whose rows only run --inexact has */
    struct document_list answers; /* of struct answer */
    struct document_list papers;  /* of struct paper_match */
    struct document_list claims;  /* of struct claim */
    struct devices devices;       /* what its guests get besides the machine */
    char *file;                   /* its experiment.yaml, as messages name it */
    char *text;                   /* the same, byte for byte */
    size_t size;
    struct obstack store; /* what all of the above points to */
};

/* Parses an experiment.yaml; FILE is its name in messages, NAME its folder's. Null with
 * *why (40). */
struct experiment *experiment_parse(const char *name, const char *file, const char *text,
                                    size_t size, struct failure *why);

/* Reads FOLDER/NAME/experiment.yaml. Null with *why: 41 if there is no such experiment, 40 if its
 * file is malformed. */
struct experiment *experiment_load(const char *folder, const char *name, struct failure *why);
void experiment_free(struct experiment *e);

/* Whether NAME can name an experiment: its folder, files of a run, a word of a command line. A
 * letter, then a-z, 0-9 and _: with - the figures of a-b could be those of a. */
bool experiment_name_fits(const char *name);

/* The names of all experiments in FOLDER in alphabetical order: each subfolder with an
 * experiment.yaml. */
void experiment_names(const char *folder, struct texts *names);

/* True if NAME fits PATTERN, in which one "*" stands for any text without '/'. That text goes to
 * STAR (SIZE bytes). */
bool row_fits(const char *pattern, const char *name, char *star, size_t size);
/* PATTERN with STAR in the place of its "*", as a new string. */
char *row_fill(const char *pattern, const char *star);

#endif
