/* SPDX-License-Identifier: MIT */
/* report.c -- exospin report DIR: draw a run again, or rebuild all of it from its raw logs. */
#include "base/beneath.h"
#include "cmd/cli.h"
#include "base/die.h"
#include "report/grid.h"
#include "page/report.h"
#include "report/table_print.h"
#include "result/summary.h"
#include "base/scope.h"
#include "base/status.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    const char *dir;
    bool from_raw, trust_plots;
    unsigned form;
};

enum { FORM_HTML, FORM_MARKDOWN, FORM_CSV };
static const char *const forms[] = {"html", "md", "csv", NULL};

/* What the page has at its top, as Markdown. */
static void print_markdown(const struct run *run, const struct verdicts *verdicts) {
    struct grid g = {.width = 3};
    scoped_text char *revision = grid_markdown(run->revision);
    text_print(stdout, "# exospin run of %s, by %s\n", revision, clock_name(run->clock));
    putchar('\n');
    table_print_markdown(run, stdout);
    texts_split(&g.cells, "claim,verdict,what was checked", ",");
    for (size_t i = 0; i < verdicts->count; i++) {
        const struct verdict_list *list = &verdicts->lists[i];
        for (size_t k = 0; k < list->experiment->claims.count; k++) {
            const struct judged *j = &list->claims[k];
            texts_take(&g.cells, text_format("%s/%s", list->experiment->name, j->claim->id));
            texts_add(&g.cells, j->words);
            texts_add(&g.cells, *j->why ? j->why : j->claim->checked);
        }
    }
    if (g.cells.count > g.width) {
        putchar('\n');
        grid_print_markdown(&g, stdout);
    }
    texts_free(&g.cells);
}

/* A raw log that is gone must not take with it what was made of it. */
static void check_raw(const struct run *run, const struct folder *folder) {
    for (size_t i = 0; i < run->boot_count; i++) {
        const struct boot *b = &run->boots[i];
        int file = beneath_open(folder->root, b->raw);
        if (!strcmp(b->outcome, "complete") && file < 0)
            die(STATUS_USAGE, "cannot read %s/%s: %s; without it nothing is made again", run->dir,
                b->raw, strerror(errno));
        if (file >= 0)
            close(file);
    }
}

/* Page and plots, and with them each claim's verdict on standard output. */
static int write_report(const struct options *o, const struct run *run, struct verdicts *verdicts,
                        struct folder *folder, struct failure *why) {
    struct failure unsettled;
    int status = o->from_raw ? summary_write(run, verdicts, folder, why) : 0;
    if (!status)
        status = report_write(run, verdicts, folder, o->trust_plots, why);
    if (folder_settle(folder, &unsettled) && !status) {
        status = unsettled.status;
        *why = unsettled;
    }
    verdicts_print(verdicts, stdout);
    if (!status)
        text_print(stdout, "%s/report.html\n", o->dir);
    return status;
}

int cmd_report(int argc, char **argv) {
    struct options o = {0};
    const struct cli_option options[] = {
        {"from-raw", NULL,
         "also make samples/ and summary.json again, from run.json, the raw logs and the copies",
         .flag = &o.from_raw},
        {"trust-plots", NULL,
         "run the run's own plot.gp also where it is not this tree's: it is a program with your "
         "rights",
         .flag = &o.trust_plots},
        {"format", "FORM",
         "html (default): plots/ and report.html; md, csv: the table of figures, md with the "
         "verdicts, on standard output, and nothing is written",
         .number = &o.form, .words = forms},
        {0}};
    cli_parse(
        &(struct cli){"DIR",
                      "Draws the plots of the run in DIR, writes its report.html, and prints the "
                      "verdict of each claim.",
                      options, &o.dir, 1, 1, NULL},
        argc, argv);
    if (o.form && (o.from_raw || o.trust_plots))
        die(STATUS_USAGE, "--format %s writes nothing: leave --from-raw and --trust-plots out",
            forms[o.form]);
    struct failure why;
    struct folder folder;
    int (*take)(struct folder *, const char *, struct failure *) =
        o.form == FORM_HTML ? folder_open : folder_open_to_read;
    if (take(&folder, o.dir, &why))
        give_up(&why);
    struct run *run = run_load(folder.work, &why);
    struct experiments experiments;
    if (!run || experiments_kept(&experiments, &run->experiments, &folder, &why))
        give_up(&why);
    if (o.from_raw)
        check_raw(run, &folder);
    struct verdicts verdicts;
    int status = verdicts_make(&verdicts, run, &experiments, &folder, &why);
    if (!status && o.form == FORM_CSV)
        table_print_csv(run, stdout);
    else if (!status && o.form == FORM_MARKDOWN)
        print_markdown(run, &verdicts);
    else if (!status)
        status = write_report(&o, run, &verdicts, &folder, &why);
    if (status)
        die(status, "%s", why.text);
    verdicts_free(&verdicts);
    experiments_free(&experiments);
    run_free(run);
    folder_close(&folder);
    return STATUS_OK;
}
