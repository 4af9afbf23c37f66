/* SPDX-License-Identifier: MIT */
/* plot.c -- write gnuplot's data and have it draw. */
#include "page/plot.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/beneath.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/status.h"
#include "result/summary.h"
#include "result/table.h"
#include "base/text.h"
#include "base/tree.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What gnuplot writes is called so until it is taken into the run. */
#define DRAFT "plots/draft-"

/* One experiment by one clock, while it is drawn. */
struct drawing {
    const struct run *run;
    const struct experiment *experiment;
    enum clock clock;
    struct folder *folder;
    int place;          /* gnuplot's own folder, FOLDER_DRAWING */
    const char *script; /* the plot.gp to be run, or null: builtin.gp */
};

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
static char *data_text(const struct drawing *d, size_t *length) {
    char *text = NULL;
    FILE *to = open_memstream(&text, length);
    if (!to)
        memory_lacks();
    fputs("name\tsystem\tmedian\tp05\tp95\tlow\thigh\tcold\ttimes_floor\ttimes_linux\n", to);
    struct table *t = table_new(d->run, d->experiment->name, d->clock);
    for (size_t k = 0; k < t->column_count; k++)
        for (size_t i = 0; i < t->line_count; i++)
            if (t->lines[i].cells[k].row)
                print_row(to, &t->lines[i].cells[k]);
    table_free(t);
    if (fclose(to))
        memory_lacks();
    return text;
}

/* ---- what gnuplot is given ---- */

/* TEXT for gnuplot's enhanced text, which is to show it as it is; a new string. */
static char *plain(const char *text) {
    return text_tame(text_quote(text, "\\{}^_@&~", '\\'), true);
}

/* "clock icount · revision 0123456789ab" */
static char *corner_text(const struct drawing *d) {
    bool timed = d->clock != CLOCK_SIZE;
    scoped_text char *text =
        text_format("%s%s%srevision %s%s", timed ? "clock " : "", timed ? clock_name(d->clock) : "",
                    timed ? " · " : "", d->run->revision, d->run->dirty ? " and changes" : "");
    return plain(text);
}

/* The sweeps' labels, each key and each label with a tab behind it. */
static char *labels_text(const struct experiment *e) {
    const struct document_pair *sweeps = e->sweeps.items;
    scoped_texts struct texts parts = {0};
    for (size_t i = 0; i < e->sweeps.count; i++) {
        scoped_text char *label = plain(sweeps[i].value);
        texts_take(&parts, text_format("%s\t%s\t", sweeps[i].key, label));
    }
    return texts_join(&parts, "");
}

/* All that gnuplot knows of the world. GNUTERM, GNUPLOT_*, GDFONTPATH, fontconfig's and cairo's
 * variables, a locale, and what lies in a home folder (.gnuplot, fonts.conf) would change what is
 * drawn. */
static void fill_environment(struct texts *environment) {
    static const char *const kept[] = {"PATH", "LD_LIBRARY_PATH", NULL}; /* to be found, to start */
    process_environment(environment, kept, true);
    texts_add(environment, "HOME=/nonexistent");
    texts_add(environment, "LC_ALL=C.UTF-8");
    texts_add(environment, "TZ=UTC");
}

/* The last line of what gnuplot said: its error, warnings stand before it. */
static const char *last_line(const char *said) {
    const char *line = strrchr(said, '\n');
    return line ? line + 1 : said;
}

static int draw(const struct drawing *d, const char *format, struct failure *why) {
    const struct experiment *e = d->experiment;
    scoped_text char *plots = tree_path("plots"), *style = tree_path("plots/style.gp");
    scoped_text char *own = text_format("experiments/%s/plot.gp", e->name);
    scoped_text char *script = d->script ? text_copy(own) : tree_path("plots/builtin.gp");
    scoped_text char *per = plain(e->unit), *corner = corner_text(d), *labels = labels_text(e);
    const char *drawn_by = d->script ? own : "plots/builtin.gp";
    /* -d: neither the system's nor the user's settings are loaded; -c: what follows is the file's
     * ARG1 to ARG9. */
    const char *argv[] = {"gnuplot",
                          "-d",
                          "-c",
                          style,
                          plots,
                          e->name,
                          clock_name(d->clock),
                          format,
                          clock_unit(d->clock),
                          per,
                          corner,
                          labels,
                          script,
                          NULL};
    scoped_texts struct texts environment = {0};
    fill_environment(&environment);
    struct process_place place = {d->place, (const char *const *)environment.items};
    int ended;
    scoped_text char *said = process_read_in(&place, NULL, argv, true, &ended);
    if (ended == PROCESS_MISSING && *said) /* the loader's own, as for want of memory */
        return failure_set(why, STATUS_MISSING,
                           "gnuplot does not start, so the report has no plots; it says: %s",
                           last_line(said));
    if (ended == PROCESS_MISSING)
        return failure_set(why, STATUS_MISSING,
                           "gnuplot is not there, so the report has no plots; `exospin doctor` "
                           "prints the command that installs it");
    if (ended == PROCESS_ENDLESS)
        return failure_set(why, STATUS_EXPERIMENT,
                           "%s: gnuplot did not end within %d s, or wrote more than %d MiB",
                           drawn_by, PROCESS_SECONDS, PROCESS_BYTES >> 20);
    if (ended)
        return failure_set(why, STATUS_EXPERIMENT, "%s: gnuplot says: %s", drawn_by,
                           last_line(said));
    return 0;
}

/* ---- gnuplot's folder, and back ---- */

static int put(const struct drawing *d, const char *name, const char *text, size_t length,
               struct failure *why) {
    return beneath_write(d->place, name, text, length) ? failure_set_errno(why, "write", name) : 0;
}

/* Makes gnuplot's folder and lays into it what it reads. */
static int prepare(struct drawing *d, const char *data, size_t length, struct failure *why) {
    assert_that(d->place < 0);
    const char *name = d->experiment->name;
    d->place = beneath_clear(d->folder->root, FOLDER_DRAWING)
                   ? -1
                   : beneath_folder(d->folder->root, FOLDER_DRAWING, true);
    if (d->place < 0) {
        scoped_text char *path = folder_path(d->folder, FOLDER_DRAWING);
        failure_set_errno(why, "make", path);
        return why->status;
    }
    size_t samples_length = 0;
    scoped_text char *rows = text_format("plots/%s.%s.tsv", name, clock_name(d->clock));
    scoped_text char *samples = text_format("samples/%s.tsv", name);
    scoped_text char *script = text_format("experiments/%s/plot.gp", name);
    scoped_text char *text = samples_text(d->run, name, &samples_length);
    int status = put(d, rows, data, length, why);
    if (!status)
        status = put(d, samples, text, samples_length, why);
    if (!status && d->script)
        status = put(d, script, d->script, strlen(d->script), why);
    return status;
}

static void leave(struct drawing *d) {
    if (d->place >= 0)
        close(d->place);
    d->place = -1;
    beneath_clear(d->folder->root, FOLDER_DRAWING);
}

/* ".svg", or ".narrow.svg" of a figure for a phone; null where NAME has none. */
static const char *kind_of(const char *name) {
    const char *kind = strrchr(name, '.');
    size_t length = strlen(name);
    static const char narrow[] = ".narrow.svg";
    if (length > strlen(narrow) && !strcmp(name + length - strlen(narrow), narrow))
        return name + length - strlen(narrow);
    return kind;
}

/* Takes DRAFT, plots/draft-ORDER-FIGURE.KIND, as plots/EXPERIMENT-FIGURE.CLOCK.KIND. */
static int adopt(const struct drawing *d, const char *draft, struct texts *files,
                 struct failure *why) {
    const char *name = d->experiment->name;
    assert_that(!strncmp(draft, DRAFT, strlen(DRAFT)));
    const char *figure = strchr(draft + strlen(DRAFT), '-');
    const char *kind = kind_of(draft);
    if (!figure++ || !kind || kind <= figure || strchr(figure, '/'))
        return failure_set(why, STATUS_EXPERIMENT,
                           "experiments/%s/plot.gp: a figure's name that no file can have", name);
    size_t length;
    char *bytes = beneath_read(d->place, draft, &length);
    if (!bytes)
        return failure_set_errno(why, "read", draft);
    char *file = text_format("plots/%s-%.*s.%s%s", name, (int)(kind - figure), figure,
                             clock_name(d->clock), kind);
    int status = folder_write(d->folder, file, bytes, length, why);
    texts_take(files, file);
    free(bytes);
    return status;
}

/* The list is sorted, and so in the order in which plot.gp draws. */
static int adopt_all(const struct drawing *d, struct texts *files, struct failure *why) {
    scoped_texts struct texts drafts = {0};
    int status = beneath_list(d->place, &drafts) ? failure_set_errno(why, "read", "plots") : 0;
    for (size_t i = 0; i < drafts.count && !status; i++) {
        const char *kind = strrchr(drafts.items[i], '.');
        bool wanted =
            kind && (!strcmp(kind, ".svg") || !strcmp(kind, ".png") || !strcmp(kind, ".txt"));
        if (wanted && !strncmp(drafts.items[i], DRAFT, strlen(DRAFT)))
            status = adopt(d, drafts.items[i], files, why);
    }
    return status;
}

static int plot_clock(struct drawing *d, struct texts *files, struct failure *why) {
    static const char *const formats[] = {"svg", "narrow", "png"};
    size_t length = 0;
    scoped_text char *data = data_text(d, &length);
    char *name = text_format("plots/%s.%s.tsv", d->experiment->name, clock_name(d->clock));
    int status = folder_write(d->folder, name, data, length, why);
    texts_take(files, name);
    if (!status)
        status = prepare(d, data, length, why);
    for (size_t i = 0; i < sizeof formats / sizeof *formats && !status; i++)
        status = draw(d, formats[i], why);
    if (!status)
        status = adopt_all(d, files, why);
    leave(d);
    return status;
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
    struct drawing d = {.run = run, .experiment = e, .folder = folder, .place = -1};
    size_t length = 0;
    int status = 0;
    char *name = text_format("experiments/%s/plot.gp", e->name);
    char *script = folder_read(folder, name, &length);
    bool drawn = script;
    if (!script && errno != ENOENT)
        status = failure_set_errno(why, "read", name);
    *stands_in = drawn && !trust && !is_ours(e, script, length);
    d.script = *stands_in ? NULL : script;
    for (d.clock = 0; drawn && d.clock < CLOCK_NONE && !status; d.clock++)
        if (has_clock(run, e, d.clock))
            status = plot_clock(&d, files, why);
    free(script);
    free(name);
    return status;
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
