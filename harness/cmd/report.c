/* SPDX-License-Identifier: MIT */
/* report.c -- exospin report DIR: draw a run again, or rebuild all of it from its raw logs. */
#include "base/beneath.h"
#include "cmd/cli.h"
#include "base/die.h"
#include "page/report.h"
#include "result/summary.h"
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
};

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
        {0}};
    cli_parse(
        &(struct cli){"DIR",
                      "Draws the plots of the run in DIR, writes its report.html, and prints the "
                      "verdict of each claim.",
                      options, &o.dir, 1, 1, NULL},
        argc, argv);
    struct failure why;
    struct folder folder;
    if (folder_open(&folder, o.dir, &why))
        give_up(&why);
    struct run *run = run_load(folder.work, &why);
    struct experiments experiments;
    if (!run || experiments_kept(&experiments, &run->experiments, &folder, &why))
        give_up(&why);
    if (o.from_raw)
        check_raw(run, &folder);
    struct verdicts verdicts;
    int status = verdicts_make(&verdicts, run, &experiments, &folder, &why);
    bool judged = !status;
    if (!status && o.from_raw)
        status = summary_write(run, &verdicts, &folder, &why);
    if (!status)
        status = report_write(run, &verdicts, &folder, o.trust_plots, &why);
    struct failure unsettled;
    if (folder_settle(&folder, &unsettled) && !status) {
        status = unsettled.status;
        why = unsettled;
    }
    if (judged)
        verdicts_print(&verdicts, stdout);
    if (status)
        die(status, "%s", why.text);
    text_print(stdout, "%s/report.html\n", o.dir);
    verdicts_free(&verdicts);
    experiments_free(&experiments);
    run_free(run);
    folder_close(&folder);
    return STATUS_OK;
}
