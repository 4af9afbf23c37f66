/* SPDX-License-Identifier: MIT */
/* outcome.c -- finish a run and say how it went. */
#include "report/outcome.h"
#include "base/assert.h"
#include "base/die.h"
#include "base/scope.h"
#include "run/inputs.h"
#include "page/report.h"
#include "report/table_print.h"
#include "result/summary.h"
#include "base/status.h"
#include "base/streams.h"
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A failed check is a result of a whole run; every other failure leaves the run partial. */
static bool leaves_partial(const struct run *run) {
    for (size_t i = 0; i < run->problem_count; i++)
        if (run->problems[i].status != STATUS_CHECK)
            return true;
    return false;
}

/* Settles run.json: whole, or partial and why. */
static void settle(struct run *run, struct folder *folder, int signal) {
    struct failure why;
    scoped_text char *now = inputs_time();
    scoped_text char *partial =
        signal                ? text_format("ended by signal %d (%s)", signal, strsignal(signal))
        : leaves_partial(run) ? text_copy(status_find(run_status(run))->name)
                              : text_copy("");
    run_set(&run->finished, now);
    run_set(&run->partial, partial);
    assert_that(!run->complete); /* so a run that is killed says */
    run->complete = !*partial;
    if (run_write(run, folder, &why))
        give_up(&why);
}

/* ---- what the user sees ---- */

/* How the checks went, and each that failed or could not be made. */
static void print_checks(const struct run *run) {
    size_t counts[4] = {0}, checks = 0;
    for (size_t i = 0; i < run->row_count; i++) {
        const struct row *row = &run->rows[i];
        if (row->kind == ROW_BENCH)
            continue;
        checks++;
        counts[row->verdict]++;
        if (row->verdict == VERDICT_FAIL || row->verdict == VERDICT_SKIP)
            text_print(stdout, "%-5s %s: %s\n", verdict_name(row->verdict), row->name, row->why);
    }
    if (checks)
        printf("checks: %zu passed, %zu failed, %zu skipped, %zu without verdict\n",
               counts[VERDICT_PASS], counts[VERDICT_FAIL], counts[VERDICT_SKIP],
               counts[VERDICT_NONE]);
}

/* Every failure with its name and number, and how to mend the one that counts. */
static void print_problems(const struct run *run, int status) {
    for (size_t i = 0; i < run->problem_count; i++) {
        const struct problem *p = &run->problems[i];
        warn("%s (exit status %d): %s", status_find(p->status)->name, p->status, p->text);
    }
    const char *mend = status_find(status)->mend;
    if (status && *mend)
        warn("%s", mend);
}

static void print_summary(const char *where) {
    scoped_text char *path = text_format("%s/summary.json", where);
    scoped_text char *text = text_read(path, NULL);
    if (text)
        streams_print(text_tame(text, false)); /* what a guest said may stand in it */
}

static void tell(const struct run *run, const char *where, const struct outcome_options *how,
                 const struct verdicts *verdicts, int status) {
    if (how->json) {
        print_summary(where);
    } else if (!how->quiet) {
        table_print(run, stdout);
        verdicts_tell(verdicts, run, stdout);
        print_checks(run);
    }
    print_problems(run, status);
}

/* Makes what is derived. 0, or where the report lacks plots 32 or the status of a signal: the
 * figures are there all the same. */
static int derive(const struct run *run, struct verdicts *verdicts, struct folder *folder) {
    struct failure why;
    int status = summary_write(run, verdicts, folder, &why);
    if (!status)
        status = report_write(run, verdicts, folder, false, &why);
    if (status == STATUS_MISSING || status > STATUS_SIGNAL)
        warn("%s", why.text);
    else if (status)
        give_up(&why);
    return status;
}

int outcome_finish(struct run *run, struct folder *folder, const struct experiments *experiments,
                   int signal, const struct outcome_options *how) {
    struct failure why;
    settle(run, folder, signal);
    int status = signal ? STATUS_SIGNAL + signal : run_status(run);
    scoped_text char *where = NULL;
    struct verdicts verdicts;
    if (verdicts_make(&verdicts, run, experiments, folder, &why))
        give_up(&why);
    int drawn = derive(run, &verdicts, folder);
    if (!signal)
        status = status_worst(status, drawn);
    /* First the folder, then the words: whoever reads them may have gone away (SIGPIPE). */
    if (folder_finish(folder, run->complete, &where, &why) ||
        (how->latest && folder_link_latest(folder, &why)))
        give_up(&why);
    tell(run, where, how, &verdicts, status);
    verdicts_free(&verdicts);
    if (how->quiet || how->json)
        return status;
    text_print(stdout, "%s: %s/report.html\n", run->complete ? "report" : "partial report",
               tree_shown(where));
    if (*run->shard)
        text_print(stdout, "shard %s: `exospin merge DIR...` makes one run of all shards\n",
                   run->shard);
    return status;
}
