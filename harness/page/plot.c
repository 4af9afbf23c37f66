/* SPDX-License-Identifier: MIT */
/* plot.c -- an experiment's rows as a table for gnuplot, and which program draws them. */
#include "page/plot.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/text.h"
#include "base/tree.h"
#include "page/gnuplot.h"
#include "result/table.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row without a figure, whose numbers are NaN: a plot may keep a place for it. */
static void print_row(FILE *to, const struct table_cell *cell) {
    const struct row *row = cell->row;
    const struct figures *f = &row->figures;
    const double values[] = {f->median,      f->p05,        f->p95,
                             f->low,         f->high,       f->has_cold ? f->cold : NAN,
                             cell->of_floor, cell->of_linux};
    fprintf(to, "%s\t%s", row->name, row->system);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (isnan(values[i]) || !f->present)
            fputs("\tNaN", to);
        else
            fprintf(to, "\t%.15g", values[i]);
    fputc('\n', to);
}

/* The rows of one clock as a table; a new string of *length bytes. */
static char *data_text(const struct run *run, const struct experiment *e, enum clock clock,
                       size_t *length) {
    char *text = NULL;
    FILE *to = open_memstream(&text, length);
    if (!to)
        memory_exhausted();
    fputs("name\tsystem\tmedian\tp05\tp95\tlow\thigh\tcold\ttimes_floor\ttimes_linux\n", to);
    struct table *t = table_new(run, e->name, clock);
    for (size_t k = 0; k < t->column_count; k++)
        for (size_t i = 0; i < t->line_count; i++)
            if (t->lines[i].cells[k].row)
                print_row(to, &t->lines[i].cells[k]);
    table_free(t);
    if (fclose(to))
        memory_exhausted();
    return text;
}

/* Whether any row of E has a figure by CLOCK. */
static bool has_clock(const struct run *run, const struct experiment *e, enum clock clock) {
    for (size_t i = 0; i < run->row_count; i++)
        if (run->rows[i].figures.present && run->rows[i].clock == clock &&
            !strcmp(run->rows[i].experiment, e->name))
            return true;
    return false;
}

/* Whether the LENGTH bytes of SCRIPT are this tree's plot.gp for E. */
static bool is_ours(const struct experiment *e, const char *script, size_t length) {
    size_t own_length;
    scoped_text char *path = tree_path("experiments/%s/plot.gp", e->name),
                     *own = text_read(path, &own_length);
    return own && own_length == length && !memcmp(own, script, length);
}

int plot_experiment(const struct run *run, const struct experiment *e, struct folder *folder,
                    bool trust, struct texts *files, bool *stands_in, struct failure *why) {
    size_t length = 0;
    int status = 0;
    scoped_text char *own = text_format("experiments/%s/plot.gp", e->name);
    scoped_text char *program = folder_read(folder, own, &length);
    if (!program && errno != ENOENT)
        status = failure_set_errno(why, "read", own);
    *stands_in = program && !trust && !is_ours(e, program, length);
    struct drawing d = {.run = run,
                        .folder = folder,
                        .name = e->name,
                        .per = e->unit,
                        .sweeps = &e->sweeps,
                        .script = *stands_in ? "plots/builtin.gp" : own,
                        .program = *stands_in ? NULL : program};
    for (d.clock = 0; program && d.clock < CLOCK_NONE && !status; d.clock++)
        if (has_clock(run, e, d.clock)) {
            scoped_text char *data = data_text(run, e, d.clock, &d.length);
            d.data = data;
            status = gnuplot_draw(&d, files, why);
        }
    return status;
}

int plot_ratios(const struct run *run, struct folder *folder, const char *data, size_t length,
                struct texts *files, struct failure *why) {
    static const struct document_list none;
    return gnuplot_draw(&(struct drawing){.run = run,
                                          .folder = folder,
                                          .name = PLOT_PAPERS,
                                          .clock = run->clock,
                                          .per = "",
                                          .sweeps = &none,
                                          .script = "plots/then.gp",
                                          .data = data,
                                          .length = length},
                        files, why);
}

void plot_sweep(struct folder *folder, const struct texts *files) {
    scoped_texts struct texts old = {0};
    for (size_t i = 0; i < folder->manifest.count; i++) {
        const char *name = folder->manifest.items[i];
        if (!strncmp(name, "plots/", strlen("plots/")) && !texts_has(files, name))
            texts_add(&old, name);
    }
    for (size_t i = 0; i < old.count; i++)
        folder_drop(folder, old.items[i]);
}
