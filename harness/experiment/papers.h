/* SPDX-License-Identifier: MIT */
/* papers.h -- the published numbers: tab-separated tables with provenance, experiments/papers/
 * in the tree and papers/ in a run. A row is `seen` (read in the source it names) or
 * `recalled`: a recalled one carries a dagger wherever it is shown, and no verdict rests on
 * recalled rows alone. */
#ifndef HARNESS_PAPERS_H
#define HARNESS_PAPERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/failure.h"
#include "base/folder.h"

/* The columns, in the order of the header line; all but value are texts. */
#define PAPER_COLUMNS(X)                                                                           \
    X(experiment) /* what was measured, named as ours is: "syscall/null" */                        \
    X(paper_table)                                                                                 \
    X(row)                                                                                         \
    X(system)                                                                                      \
    X(platform)                                                                                    \
    X(metric)                                                                                      \
    X(unit)                                                                                        \
    X(value)                                                                                       \
    X(provenance)                                                                                  \
    X(confidence) /* seen, recalled */

/* What one table may have: ten times the longest of ours. */
enum { PAPER_BYTES_MAX = 256 << 10 };

struct paper_row {
#define PAPER_FIELD(name) const char *name;
    PAPER_COLUMNS(PAPER_FIELD)
#undef PAPER_FIELD
    double number; /* value as a number, above 0 */
    bool seen;
    int line; /* in its file, from 1 */
};

struct paper {
    char *table; /* "spin-sosp95" */
    struct paper_row *rows;
    size_t count;
    char *text; /* what the rows point into */
};

/* Parses the SIZE bytes of TEXT, named FILE in messages. Null with *why (40: file, line, column,
 * what is allowed). */
struct paper *paper_parse(const char *file, const char *text, size_t size, struct failure *why);
void paper_free(struct paper *p);

/* Whether a row is the one meant where several have its name: by its UNIT ("lines") or its TITLE,
 * the column `row`. Either may be null for any. */
bool paper_row_is(const struct paper_row *row, const char *unit, const char *title);

/* The next row with this experiment, from *from on, which moves behind it; system may be null for
 * any, platform too. Null at the end. */
const struct paper_row *paper_next(const struct paper *p, size_t *from, const char *experiment,
                                   const char *system, const char *platform);

/* The tables of a folder, each read when first asked for. */
struct papers {
    char *folder;
    const struct folder *run; /* whose papers/ it is, or null for a folder of the tree */
    struct paper **papers;
    size_t count;
};

void papers_open(struct papers *s, const char *folder);
/* The copies that RUN keeps. */
void papers_open_kept(struct papers *s, const struct folder *run);
/* FOLDER/TABLE.tsv; null with *why (40) if it is not there or malformed. The tables', good until it
 * is closed. */
const struct paper *papers_find(struct papers *s, const char *table, struct failure *why);
void papers_close(struct papers *s);

#endif
