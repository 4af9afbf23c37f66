/* SPDX-License-Identifier: MIT */
/* select.h -- from what was asked for on the command line to the rows of each system. */
#ifndef HARNESS_SELECT_H
#define HARNESS_SELECT_H

#include <regex.h>

#include "base/failure.h"
#include "experiment/experiments.h"
#include "experiment/rows.h"
#include "guest/system.h"
#include "base/text.h"

/* What was asked for. */
struct request {
    struct texts experiments; /* names that exist */
    struct texts systems;     /* the same */
    const char *filter;       /* extended regular expression on full names, or null */
    regex_t pattern;          /* the same, compiled */
};

/* The second set of Linux rows: the distribution's own choice of mitigations, where the others have
 * none. */
#define LINUX_DEFAULT_LABEL "mitigations:default"

/* What one system's boots of one label run: ROWS are all that its image has, CHOSEN the indices of
 * those to run, rising. */
struct selection {
    const struct system *system;
    const char *label; /* "" or LINUX_DEFAULT_LABEL */
    struct row_specs rows;
    unsigned *chosen;
    size_t count;                     /* chosen ones */
    const struct experiment *devices; /* whose devices its boots have; null: the machine alone */
    bool inexact;                     /* rows that are not the same from boot to boot */
};

/* Fills W: no EXPERIMENT means all (without the kernels' own checks), no system the four guests, in
 * the order of system_list. 0; 41 with *why for a name that there is not, 64 for a filter that is
 * not a regular expression. */
int request_make(struct request *w, char *const *experiments, const char *systems,
                 const char *filter, struct failure *why);
void request_free(struct request *w);

/* The rows of S that W asks for under LABEL. S's .rows file must be built (32). */
int select_rows(const struct request *w, const struct system *s, const char *label,
                struct selection *out, struct failure *why);
void selection_free(struct selection *s);

/* Leaves of S the rows of experiments that have the same devices as OF, one of ALL; null: that have
 * none. */
void selection_devices(struct selection *s, const struct experiments *all,
                       const struct experiment *of);

/* Leaves of S the rows with a sweep that their experiment, one of ALL, calls inexact, or where not
 * INEXACT the others. */
void selection_inexact(struct selection *s, const struct experiments *all, bool inexact);

/* A part of a run, the NUMBER-th (from 1) of OF. */
struct shard {
    unsigned number, of;
};

enum { SHARDS_MAX = 1000 };

/* Reads "K/N", 1 <= K <= N <= SHARDS_MAX, in decimal digits and nothing else; false where TEXT is
 * none. */
bool shard_parse(const char *text, struct shard *shard);

/* Leaves of S what belongs to the shard. What is dealt out, one shard after the other, is what one
 * experiment has in S; *dealt counts it over all selections of the run, and is 0 before the first
 * one. So each row is in one shard, whatever machine asks, as long as the tree and what is asked
 * for are the same. */
void selection_shard(struct selection *s, const struct shard *shard, unsigned *dealt);

/* "SYSTEM:ROW" of the I-th chosen row, "/LABEL" behind it if there is one; a new string. */
char *selection_name(const struct selection *s, size_t i);

#endif
