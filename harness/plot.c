/* SPDX-License-Identifier: MIT */
/* plot.c -- write gnuplot's data and have it draw. */
#include "plot.h"
#include "kin.h"
#include "process.h"
#include "status.h"
#include "text.h"
#include "tree.h"

#include <dirent.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What gnuplot writes is called so until it is whole. */
#define DRAFT "plots/draft-"

static bool belongs(const struct row *row, const struct experiment *e, enum clock clock) {
    return row->figures.present && row->clock == clock && !strcmp(row->experiment, e->name);
}

static void print_row(FILE *to, const struct run *run, const struct row *row) {
    const struct figures *f = &row->figures;
    const double values[] = {f->median,
                             f->p05,
                             f->p95,
                             f->low,
                             f->high,
                             f->has_cold ? f->cold : NAN,
                             row_multiple(run, row, "floor"),
                             row_multiple(run, row, "linux")};
    fprintf(to, "%s\t%s", row->name, row->system);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (isnan(values[i]))
            fputs("\tNaN", to);
        else
            fprintf(to, "\t%.15g", values[i]);
    fputc('\n', to);
}

/* Writes the rows of one clock as NAME; *count is their number. */
static int write_data(const struct run *run, const struct experiment *e, enum clock clock,
                      struct folder *folder, const char *name, struct failure *why) {
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (!to)
        abort();
    fputs("name\tsystem\tmedian\tp05\tp95\tlow\thigh\tcold\ttimes_floor\ttimes_linux\n", to);
    for (size_t i = 0; i < run->row_count; i++)
        if (belongs(&run->rows[i], e, clock))
            print_row(to, run, &run->rows[i]);
    if (fclose(to))
        abort();
    int status = folder_write(folder, name, text, length, why);
    free(text);
    return status;
}

/* NAME='VALUE' as gnuplot reads it; a quote is doubled, and what could end the line is left out. */
static void set_variable(FILE *to, const char *name, const char *value) {
    fprintf(to, "%s='", name);
    for (; *value; value++)
        if ((unsigned char)*value >= ' ')
            fprintf(to, *value == '\'' ? "''" : "%c", *value);
    fputs("'; ", to);
}

/* The variables that plots/style.gp describes. */
static char *preamble(const struct run *run, const struct experiment *e, enum clock clock,
                      const struct folder *folder, const char *data, const char *format) {
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (!to)
        abort();
    char *plots = tree_path("plots"), *samples = text_format("samples/%s.tsv", e->name);
    char *by = clock == CLOCK_SIZE ? text_copy("") : text_format("clock %s · ", clock_name(clock));
    char *corner =
        text_format("%srevision %s%s", by, run->revision, run->dirty ? " and changes" : "");
    set_variable(to, "plots", plots);
    set_variable(to, "data", data);
    set_variable(to, "samples", samples);
    set_variable(to, "clock", clock_name(clock));
    set_variable(to, "experiment", e->name);
    set_variable(to, "out", DRAFT);
    set_variable(to, "format", format);
    set_variable(to, "unit", clock_unit(clock));
    set_variable(to, "per", e->unit);
    set_variable(to, "corner", corner);
    const struct document_pair *sweeps = e->sweeps.items;
    for (size_t i = 0; i < e->sweeps.count; i++) {
        char *name = text_format("label_%s", sweeps[i].key);
        set_variable(to, name, sweeps[i].value);
        free(name);
    }
    set_variable(to, "run", folder->work);
    fputs("cd run\n", to);
    free(plots);
    free(samples);
    free(corner);
    free(by);
    if (fclose(to))
        abort();
    return text;
}

/* The last line of what gnuplot said: its error, warnings stand before it. */
static const char *last_line(const char *said) {
    const char *line = strrchr(said, '\n');
    return line ? line + 1 : said;
}

static int draw(const struct run *run, const struct experiment *e, enum clock clock,
                const struct folder *folder, const char *data, const char *format,
                struct failure *why) {
    char *variables = preamble(run, e, clock, folder, data, format);
    char *style = tree_path("plots/style.gp");
    char *file = text_format("experiments/%s/plot.gp", e->name);
    const char *argv[] = {"gnuplot", "-e", variables, style, file, NULL}; /* in the run's folder */
    int status = 0, ended;
    char *said = process_read(argv, true, &ended);
    if (ended == PROCESS_MISSING)
        status = failure_set(why, STATUS_MISSING,
                             "gnuplot is not there, so the report has no plots; `exospin doctor` "
                             "prints the command that installs it");
    else if (ended)
        status = failure_set(why, STATUS_EXPERIMENT, "%s: gnuplot says: %s", file, last_line(said));
    free(said);
    free(variables);
    free(style);
    free(file);
    return status;
}

/* Gives every draft, plots/draft-ORDER-FIGURE.KIND, its name, plots/EXPERIMENT-FIGURE.CLOCK.KIND;
 * glob sorts by the order in which plot.gp draws. */
static int adopt(const struct experiment *e, enum clock clock, struct folder *folder,
                 struct texts *files, struct failure *why) {
    char *pattern = folder_path(folder, DRAFT "*");
    glob_t found;
    int status = 0, matched = glob(pattern, 0, NULL, &found);
    for (size_t i = 0; !matched && i < found.gl_pathc && !status; i++) {
        const char *draft = strrchr(found.gl_pathv[i], '/') + 1;
        const char *figure = strchr(strchr(draft, '-') + 1, '-') + 1, *kind = strrchr(figure, '.');
        char *from = text_format("plots/%s", draft);
        char *name = text_format("plots/%s-%.*s.%s%s", e->name, (int)(kind - figure), figure,
                                 clock_name(clock), kind);
        status = folder_adopt(folder, from, name, why);
        texts_take(files, name);
        free(from);
    }
    globfree(&found);
    free(pattern);
    return status;
}

static int plot_clock(const struct run *run, const struct experiment *e, enum clock clock,
                      struct folder *folder, struct texts *files, struct failure *why) {
    char *data = text_format("plots/%s.%s.tsv", e->name, clock_name(clock));
    int status = write_data(run, e, clock, folder, data, why);
    texts_add(files, data);
    if (!status)
        status = draw(run, e, clock, folder, data, "svg", why);
    if (!status)
        status = draw(run, e, clock, folder, data, "png", why);
    if (!status)
        status = adopt(e, clock, folder, files, why);
    free(data);
    return status;
}

/* Whether any row of E has a figure by CLOCK. */
static bool has_clock(const struct run *run, const struct experiment *e, enum clock clock) {
    for (size_t i = 0; i < run->row_count; i++)
        if (belongs(&run->rows[i], e, clock))
            return true;
    return false;
}

int plot_experiment(const struct run *run, const struct experiment *e, struct folder *folder,
                    struct texts *files, struct failure *why) {
    int status = 0;
    char *script = text_format("%s/experiments/%s/plot.gp", folder->work, e->name);
    bool drawn = access(script, R_OK) == 0;
    free(script);
    for (enum clock clock = 0; drawn && clock < CLOCK_NONE && !status; clock++)
        if (has_clock(run, e, clock))
            status = plot_clock(run, e, clock, folder, files, why);
    return status;
}

void plot_sweep(const struct folder *folder, const struct texts *files) {
    char *path = folder_path(folder, "plots");
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char *name = text_format("plots/%s", entry->d_name);
        char *file = folder_path(folder, name);
        if (*entry->d_name != '.' && !texts_has(files, name))
            unlink(file);
        free(name);
        free(file);
    }
    if (dir)
        closedir(dir);
    free(path);
}
