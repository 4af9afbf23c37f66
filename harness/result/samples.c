/* SPDX-License-Identifier: MIT */
/* samples.c -- every sample of an experiment, one a line, tab-separated for gnuplot and
 * anybody else. The first line names the columns; raw and byte say where the row begins in
 * which raw log. */
#include "result/summary.h"
#include "base/scope.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char header[] = "# row\tclock\tboot\tlayout\tphase\tindex\tgross\tnet\traw\tbyte";

/* Behind them, in a run whose brackets were counted in. */
#define COUNTER_COLUMN(name) "\t" #name
static const char counter_header[] = COUNTERS(COUNTER_COLUMN);
#undef COUNTER_COLUMN

/* As short as is exact for whole numbers. */
static void print_figure(FILE *to, double value) {
    if (value == floor(value) && fabs(value) < 0x1p53)
        fprintf(to, "\t%.0f", value);
    else
        fprintf(to, "\t%.15g", value);
}

static void print_counters(FILE *to, const struct bracket *b) {
    for (int i = 0; i < COUNTER_COUNT; i++)
        if (b)
            fprintf(to, "\t%llu", (unsigned long long)b->counters[i]);
        else
            fputs("\t-", to);
}

static void print_samples(FILE *to, const struct run *run, const struct row *row,
                          const struct trial *t, bool cold) {
    const struct samples *s = cold ? &t->cold : &t->steady;
    const struct boot *b = run_trial_boot(run, t);
    for (size_t i = 0; s->net && i < s->count; i++) {
        fprintf(to, "%s\t%s\t%u\t%u\t%s\t%zu", row->name, clock_name(t->clock), b->boot, b->layout,
                cold ? "cold" : "steady", i);
        print_figure(to, s->gross[i]);
        print_figure(to, s->net[i]);
        fprintf(to, "\t%s\t%llu", b->raw, (unsigned long long)t->offset);
        if (run->counters)
            print_counters(to, s->brackets ? &b->brackets[s->brackets[i]] : NULL);
        fputc('\n', to);
    }
}

static void print_row(FILE *to, const struct run *run, const struct row *row) {
    for (size_t i = 0; i < row->trial_count; i++) {
        if (row->trials[i].clock == CLOCK_NONE)
            continue;
        print_samples(to, run, row, &row->trials[i], true);
        print_samples(to, run, row, &row->trials[i], false);
    }
}

char *samples_text(const struct run *run, const char *experiment, size_t *length) {
    char *text = NULL;
    FILE *to = open_memstream(&text, length);
    if (!to)
        memory_exhausted();
    fprintf(to, "%s%s\n", header, run->counters ? counter_header : "");
    for (size_t i = 0; i < run->row_count; i++)
        if (!strcmp(run->rows[i].experiment, experiment))
            print_row(to, run, &run->rows[i]);
    if (fclose(to))
        memory_exhausted();
    return text;
}

static int write_experiment(const struct run *run, const char *experiment, struct folder *folder,
                            struct failure *why) {
    size_t length = 0;
    char *text = samples_text(run, experiment, &length);
    int status = 0;
    if (strchr(text, '\n')[1]) { /* more than the header */
        char *name = text_format("samples/%s.tsv", experiment);
        status = folder_write(folder, name, text, length, why);
        free(name);
    }
    free(text);
    return status;
}

int samples_write(const struct run *run, struct folder *folder, struct failure *why) {
    scoped_texts struct texts done = {0};
    int status = 0;
    for (size_t i = 0; i < run->row_count && !status; i++) {
        const char *experiment = run->rows[i].experiment;
        if (texts_has(&done, experiment))
            continue;
        texts_add(&done, experiment);
        status = write_experiment(run, experiment, folder, why);
    }
    return status;
}
