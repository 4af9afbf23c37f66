/* SPDX-License-Identifier: MIT */
/* collection.c -- rows by name, trials by boot, samples in order, problems as they are found. */
#include "run/collection.h"
#include "base/memory.h"
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
    c->names = NULL;
}

void collection_boot(struct collection *c, size_t boot) {
    c->boot = boot;
    c->samples = c->trials = 0;
    memset(c->listed, 0, sizeof c->listed);
}

char *collection_name(const struct collection *c, const char *spec) {
    const struct boot *b = &c->run->boots[c->boot];
    return text_format("%s:%s%s%s", b->system, spec, *b->label ? "/" : "", b->label);
}

static struct row *row_find(struct collection *c, const char *name) {
    struct place wanted = {name, 0};
    struct place **found = tfind(&wanted, &c->names, place_compare);
    return found ? &c->run->rows[(*found)->row] : NULL;
}

/* The experiment that the runner noted; a row it did not know of (an imported log's) goes by the
 * first part of its name where that can be an experiment's, and a check by the kernels' own. */
static char *experiment_of(const struct run *run, const char *name, enum row_kind kind) {
    for (size_t i = 0; i < run->run_row_count; i++)
        if (!strcmp(run->run_rows[i].name, name))
            return text_copy(run->run_rows[i].experiment);
    if (kind == ROW_CHECK)
        return text_copy("checks");
    const char *spec = strchr(name, ':') + 1;
    char *first = text_format("%.*s", (int)strcspn(spec, "/"), spec);
    if (experiment_name_fits(first))
        return first;
    free(first);
    return text_copy("checks");
}

/* Takes NAME over. */
static struct row *row_add(struct collection *c, char *name, enum row_kind kind) {
    struct run *run = c->run;
    run->rows = array_grow(run->rows, run->row_count, sizeof *run->rows);
    struct row *row = &run->rows[run->row_count];
    *row = (struct row){.name = name,
                        .system = text_copy(run->boots[c->boot].system),
                        .experiment = experiment_of(run, name, kind),
                        .kind = kind,
                        .clock = CLOCK_NONE,
                        .why = ""};
    struct place *place = memory_new(sizeof *place, 1);
    *place = (struct place){name, run->row_count++};
    if (!tsearch(place, &c->names, place_compare))
        memory_lacks();
    return row;
}

/* Boots come one after the other, so this boot's trial is the row's last. */
static struct trial *row_trial(const struct collection *c, const struct row *row) {
    if (!row || !row->trial_count || row->trials[row->trial_count - 1].boot != c->boot)
        return NULL;
    return &row->trials[row->trial_count - 1];
}

struct trial *collection_find(struct collection *c, const char *spec) {
    char *name = collection_name(c, spec);
    struct trial *trial = row_trial(c, row_find(c, name));
    free(name);
    return trial;
}

struct trial *collection_trial(struct collection *c, const char *spec, enum row_kind kind,
                               bool *fresh) {
    char *name = collection_name(c, spec);
    struct row *row = row_find(c, name);
    struct trial *trial = row_trial(c, row);
    if (fresh)
        *fresh = !trial;
    if (!trial && (c->trials >= ROWS_MAX || (!row && c->run->row_count >= RUN_ROWS_MAX))) {
        free(name);
        return NULL;
    }
    if (row)
        free(name);
    else
        row = row_add(c, name, kind);
    if (!trial) {
        c->trials++;
        row->trials = array_grow(row->trials, row->trial_count, sizeof *row->trials);
        trial = &row->trials[row->trial_count++];
        *trial = (struct trial){
            .boot = c->boot, .kind = kind, .clock = CLOCK_NONE, .why = text_copy("")};
    }
    return trial;
}

bool collection_samples(struct collection *c, struct samples *samples, double value,
                        uint64_t count) {
    for (; count; count--) {
        if (c->samples >= SAMPLES_BOOT_MAX || c->all_samples >= SAMPLES_ALL_MAX)
            return false;
        samples->gross = array_grow(samples->gross, samples->count, sizeof *samples->gross);
        samples->gross[samples->count++] = value;
        c->samples++;
        c->all_samples++;
    }
    return true;
}

void collection_problem(struct collection *c, int status, const char *row, uint64_t offset,
                        uint64_t line, const char *format, ...) {
    char *text;
    va_list arguments;
    unsigned *listed = &c->listed[status & 255];
    if (*listed == PROBLEMS_BOOT_MAX)
        return;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        memory_lacks();
    va_end(arguments);
    if (++*listed == PROBLEMS_BOOT_MAX) {
        char *last = text_format("%s; more of these are not listed", text);
        free(text);
        text = last;
    }
    struct run *run = c->run;
    run->problems = array_grow(run->problems, run->problem_count, sizeof *run->problems);
    run->problems[run->problem_count++] = (struct problem){.status = status,
                                                           .boot = c->boot,
                                                           .row = text_copy(row),
                                                           .text = text,
                                                           .offset = offset,
                                                           .line = line};
}
