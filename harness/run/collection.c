/* SPDX-License-Identifier: MIT */
/* collection.c -- rows by name, trials by boot, samples in order, problems as they are found. */
#include "run/collection.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"
#include "experiment/experiment.h"
#include "experiment/rows.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row's place, for rows move as their array grows. */
struct place {
    const char *name; /* the row's own */
    size_t row;
};

static int place_compare(const void *a, const void *b) {
    return strcmp(((const struct place *)a)->name, ((const struct place *)b)->name);
}

void collection_begin(struct collection *c, struct run *run) {
    *c = (struct collection){.run = run};
}

void collection_end(struct collection *c) {
    tdestroy(c->names, free);
    free(c->counts);
    *c = (struct collection){0};
}

void collection_boot(struct collection *c, size_t boot) {
    assert_that(boot < c->run->boot_count);
    c->boot = boot;
    for (; c->count <= boot; c->count++) {
        c->counts = array_grow(c->counts, c->count, sizeof *c->counts);
        c->counts[c->count] = (struct boot_counts){0};
    }
}

char *collection_name(const struct collection *c, const char *spec) {
    const struct boot *b = &c->run->boots[c->boot];
    return text_format("%s:%s%s%s", b->system, spec, *b->label ? "/" : "", b->label);
}

static struct row *row_find(const struct collection *c, const char *name) {
    struct place wanted = {name, 0};
    struct place **found = tfind(&wanted, &c->names, place_compare);
    assert_that(!found || (*found)->row < c->run->row_count);
    return found ? &c->run->rows[(*found)->row] : NULL;
}

/* The experiment that the runner noted; a row it did not know of (an imported log's) goes by the
 * first part of its name where that can be an experiment's, and a check by the kernels' own. */
static char *experiment_of(const struct run *run, const char *name, enum row_kind kind) {
    const char *planned = run_experiment(run, name);
    if (planned)
        return text_copy(planned);
    if (kind == ROW_CHECK)
        return text_copy(EXPERIMENT_CHECKS);
    const char *spec = strchr(name, ':') + 1;
    char *first = text_format("%.*s", (int)strcspn(spec, "/"), spec);
    if (experiment_name_fits(first))
        return first;
    free(first);
    return text_copy(EXPERIMENT_CHECKS);
}

static struct row *row_add(struct collection *c, const char *name, enum row_kind kind) {
    struct run *run = c->run;
    run->rows = array_grow(run->rows, run->row_count, sizeof *run->rows);
    struct row *row = &run->rows[run->row_count];
    *row = (struct row){.name = text_copy(name),
                        .system = text_copy(run->boots[c->boot].system),
                        .experiment = experiment_of(run, name, kind),
                        .kind = kind,
                        .clock = CLOCK_NONE,
                        .why = ""};
    struct place *place = memory_new(sizeof *place, 1);
    *place = (struct place){row->name, run->row_count++};
    if (!tsearch(place, &c->names, place_compare))
        memory_exhausted();
    return row;
}

struct trial *collection_row_trial(const struct collection *c, const struct row *row) {
    size_t i = row ? row->trial_count : 0;
    while (i && row->trials[i - 1].boot > c->boot)
        i--;
    return i && row->trials[i - 1].boot == c->boot ? &row->trials[i - 1] : NULL;
}

/* A trial of this boot, the ORDER-th, at its place among ROW's. */
static struct trial *trial_add(struct collection *c, struct row *row, enum row_kind kind,
                               size_t order) {
    size_t at = row->trial_count;
    row->trials = array_grow(row->trials, at, sizeof *row->trials);
    for (row->trial_count++; at && row->trials[at - 1].boot > c->boot; at--)
        row->trials[at] = row->trials[at - 1];
    row->trials[at] = (struct trial){
        .boot = c->boot, .order = order, .kind = kind, .clock = CLOCK_NONE, .why = text_copy("")};
    return &row->trials[at];
}

struct trial *collection_find(const struct collection *c, const char *spec) {
    scoped_text char *name = collection_name(c, spec);
    return collection_row_trial(c, row_find(c, name));
}

struct trial *collection_trial(struct collection *c, const char *spec, enum row_kind kind,
                               bool *fresh) {
    scoped_text char *name = collection_name(c, spec);
    struct row *row = row_find(c, name);
    struct trial *trial = collection_row_trial(c, row);
    size_t *trials = &c->counts[c->boot].trials;
    if (fresh)
        *fresh = !trial;
    if (trial)
        return trial;
    if (*trials >= ROWS_MAX || (!row && c->run->row_count >= RUN_ROWS_MAX))
        return NULL;
    return trial_add(c, row ? row : row_add(c, name, kind), kind, (*trials)++);
}

bool collection_samples(struct collection *c, struct samples *samples, double value,
                        uint64_t count) {
    size_t *of_boot = &c->counts[c->boot].samples;
    assert_that(c->all_samples >= *of_boot);
    for (; count; count--) {
        if (*of_boot >= SAMPLES_BOOT_MAX || c->all_samples >= SAMPLES_ALL_MAX)
            return false;
        samples->gross = array_grow(samples->gross, samples->count, sizeof *samples->gross);
        samples->gross[samples->count++] = value;
        ++*of_boot;
        c->all_samples++;
    }
    return true;
}

/* Takes TEXT over. The boots' problems stand in their order; FIRST goes before all of its own. */
static void problem_add(struct collection *c, bool first, struct problem problem) {
    struct run *run = c->run;
    size_t at = run->problem_count;
    run->problems = array_grow(run->problems, at, sizeof *run->problems);
    for (run->problem_count++; at && run->problems[at - 1].boot >= c->boot + !first; at--)
        run->problems[at] = run->problems[at - 1];
    problem.boot = c->boot;
    run->problems[at] = problem;
}

void collection_outside(struct collection *c, bool came) {
    assert_that(c->boot < c->count);
    const struct boot *b = &c->run->boots[c->boot];
    if (!came && !b->status)
        collection_problem(c, STATUS_PLAN, "", 0, 0, "%s: was not booted, or its log was removed",
                           b->raw);
    if (b->status)
        problem_add(c, true,
                    (struct problem){.status = b->status,
                                     .row = text_copy(""),
                                     .text = text_format("%s: %s", b->raw,
                                                         *b->detail ? b->detail : b->outcome)});
}

void collection_problem(struct collection *c, int status, const char *row, uint64_t offset,
                        uint64_t line, const char *format, ...) {
    char *text;
    va_list arguments;
    unsigned *listed = &c->counts[c->boot].listed[status & 255];
    if (*listed == PROBLEMS_BOOT_MAX)
        return;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        memory_exhausted();
    va_end(arguments);
    if (++*listed == PROBLEMS_BOOT_MAX) {
        char *last = text_format("%s; more of these are not listed", text);
        free(text);
        text = last;
    }
    problem_add(
        c, false,
        (struct problem){
            .status = status, .row = text_copy(row), .text = text, .offset = offset, .line = line});
}
