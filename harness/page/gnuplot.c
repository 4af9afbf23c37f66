/* SPDX-License-Identifier: MIT */
/* gnuplot.c -- lay out what gnuplot reads, start it once for each format, take what it drew. */
#include "page/gnuplot.h"
#include "base/assert.h"
#include "base/beneath.h"
#include "base/interrupt.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/text.h"
#include "base/tree.h"
#include "result/summary.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What gnuplot writes is called so until it is taken into the run. */
#define DRAFT "plots/draft-"

/* ---- what it is told ---- */

/* TEXT for gnuplot's enhanced text, which is to show it as it is; a new string. */
static char *plain(const char *text) {
    return text_tame(text_quote(text, "\\{}^_@&~", '\\'), true);
}

/* "clock icount · revision 0123456789ab" */
static char *corner_text(const struct drawing *d) {
    bool timed = !clock_is_size(d->clock);
    scoped_text char *text =
        text_format("%s%s%srevision %s%s", timed ? "clock " : "", timed ? clock_name(d->clock) : "",
                    timed ? " · " : "", d->run->revision, d->run->dirty ? " and changes" : "");
    return plain(text);
}

/* The sweeps' axis labels, each key and each label with a tab behind it. */
static char *labels_text(const struct drawing *d) {
    const struct document_pair *sweeps = d->sweeps->items;
    scoped_texts struct texts parts = {0};
    for (size_t i = 0; i < d->sweeps->count; i++) {
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

static int draw(const struct drawing *d, int place, const char *format, struct failure *why) {
    scoped_text char *plots = tree_path("plots"), *style = tree_path("plots/style.gp");
    scoped_text char *script = d->program ? text_copy(d->script) : tree_path("%s", d->script);
    scoped_text char *per = plain(d->per), *corner = corner_text(d), *labels = labels_text(d);
    /* -d: neither the system's nor the user's settings are loaded; -c: what follows is the file's
     * ARG1 to ARG9. */
    const char *argv[] = {"gnuplot",
                          "-d",
                          "-c",
                          style,
                          plots,
                          d->name,
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
    struct process_place there = {place, (const char *const *)environment.items};
    int ended, before = interrupted();
    scoped_text char *said = process_read_in(&there, NULL, argv, true, &ended);
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
                           d->script, PROCESS_SECONDS, PROCESS_BYTES >> 20);
    if (ended && interrupted() != before)
        return failure_set(why, STATUS_SIGNAL + interrupted(),
                           "interrupted while plots were drawn; `exospin report` draws them");
    if (ended)
        return failure_set(why, STATUS_EXPERIMENT, "%s: gnuplot says: %s", d->script,
                           last_line(said));
    return 0;
}

/* ---- gnuplot's folder, and back ---- */

static int put(int place, const char *name, const char *text, size_t length, struct failure *why) {
    return beneath_write(place, name, text, length) ? failure_set_errno(why, "write", name) : 0;
}

/* Makes gnuplot's folder and lays into it what it reads. The folder, or -1 with *why. */
static int prepare(const struct drawing *d, struct failure *why) {
    int place = beneath_clear(d->folder->root, FOLDER_DRAWING)
                    ? -1
                    : beneath_folder(d->folder->root, FOLDER_DRAWING, true);
    if (place < 0) {
        scoped_text char *path = folder_path(d->folder, FOLDER_DRAWING);
        failure_set_errno(why, "make", path);
        return -1;
    }
    size_t samples_length = 0;
    scoped_text char *rows = text_format("plots/%s.%s.tsv", d->name, clock_name(d->clock));
    scoped_text char *samples = text_format("samples/%s.tsv", d->name);
    scoped_text char *text = samples_text(d->run, d->name, &samples_length);
    int status = put(place, rows, d->data, d->length, why);
    if (!status)
        status = put(place, samples, text, samples_length, why);
    if (!status && d->program)
        status = put(place, d->script, d->program, strlen(d->program), why);
    if (!status)
        return place;
    close(place);
    return -1;
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

/* Takes DRAFT, plots/draft-ORDER-FIGURE.KIND, as plots/NAME-FIGURE.CLOCK.KIND. */
static int adopt(const struct drawing *d, int place, const char *draft, struct texts *files,
                 struct failure *why) {
    assert_that(!strncmp(draft, DRAFT, strlen(DRAFT)));
    const char *figure = strchr(draft + strlen(DRAFT), '-');
    const char *kind = kind_of(draft);
    if (!figure++ || !kind || kind <= figure || strchr(figure, '/'))
        return failure_set(why, STATUS_EXPERIMENT, "%s: a figure's name that no file can have",
                           d->script);
    size_t length;
    char *bytes = beneath_read(place, draft, &length);
    if (!bytes)
        return failure_set_errno(why, "read", draft);
    char *file = text_format("plots/%s-%.*s.%s%s", d->name, (int)(kind - figure), figure,
                             clock_name(d->clock), kind);
    int status = folder_write(d->folder, file, bytes, length, why);
    texts_take(files, file);
    free(bytes);
    return status;
}

/* The list is sorted, and so in the order in which plot.gp draws. */
static int adopt_all(const struct drawing *d, int place, struct texts *files, struct failure *why) {
    scoped_texts struct texts drafts = {0};
    int status = beneath_list(place, &drafts) ? failure_set_errno(why, "read", "plots") : 0;
    for (size_t i = 0; i < drafts.count && !status; i++) {
        const char *kind = strrchr(drafts.items[i], '.');
        bool wanted =
            kind && (!strcmp(kind, ".svg") || !strcmp(kind, ".png") || !strcmp(kind, ".txt"));
        if (wanted && !strncmp(drafts.items[i], DRAFT, strlen(DRAFT)))
            status = adopt(d, place, drafts.items[i], files, why);
    }
    return status;
}

int gnuplot_draw(const struct drawing *d, struct texts *files, struct failure *why) {
    static const char *const formats[] = {"svg", "narrow", "png"};
    char *name = text_format("plots/%s.%s.tsv", d->name, clock_name(d->clock));
    int status = folder_write(d->folder, name, d->data, d->length, why);
    texts_take(files, name);
    if (status)
        return status;
    int place = prepare(d, why);
    if (place < 0)
        status = why->status;
    for (size_t i = 0; i < sizeof formats / sizeof *formats && !status; i++)
        status = draw(d, place, formats[i], why);
    if (!status)
        status = adopt_all(d, place, files, why);
    if (place >= 0)
        close(place);
    beneath_clear(d->folder->root, FOLDER_DRAWING);
    return status;
}
