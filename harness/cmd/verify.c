/* SPDX-License-Identifier: MIT */
/* verify.c -- exospin verify: does this machine get what the reference run got? Rows whose inputs
 * (image, compiler, QEMU, machine, boot command line, plan, Linux package) are the reference's must
 * be the same; where an input differs it is named, and the row may move by at most MOVE_MAX.
 *
 * Without a run of its own it makes two, the second with two guests side by side: exact figures
 * must not know of each other, so the two must be the same to the byte. */
#include "cmd/cli.h"
#include "report/comparison.h"
#include "base/die.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double MOVE_MAX = 0.05;

struct options {
    const char *dir, *second, *reference;
    bool all;
};

/* Makes a run in build/verify/NAME by calling ourselves; gives its path. */
static char *run_make(const char *name, const char *jobs) {
    char *dir = tree_path("build/verify/%s", name);
    const char *argv[] = {"/proc/self/exe", "run", "--quiet", "--jobs", jobs,
                          "--out",          dir,   "--force", NULL};
    text_print(stdout, "run        %s (guests side by side: %s)\n", tree_shown(dir), jobs);
    fflush(stdout);
    int status = process_run(argv);
    if (status)
        die(status, "the new run failed (%s); what it measured is in %s", status_find(status)->name,
            tree_shown(dir));
    return dir;
}

/* Holds RUN against REFERENCE; with FILES to the byte. */
static int hold(const struct run *reference, const struct run *run, double threshold, bool files,
                bool all) {
    struct failure why;
    struct comparison *c = comparison_make(reference, run, threshold);
    if (files && comparison_files(c, &why))
        give_up(&why);
    comparison_print(c, all);
    int status = comparison_status(c);
    comparison_free(c);
    return status;
}

int cmd_verify(int argc, char **argv) {
    struct options o = {0};
    const struct cli_option options[] = {
        {"reference", "DIR", "the run to be held to; default results/reference",
         .text = &o.reference},
        {"second", "DIR", "with DIR: a second run of the same, which must be identical",
         .text = &o.second},
        {"all", NULL, "also the other rows that moved, and those that are the same",
         .flag = &o.all},
        {0}};
    cli_parse(
        &(struct cli){
            "[DIR]",
            "Checks the run in DIR against the reference run, row by row. Without DIR two "
            "new runs are made, the second with two guests side by side; both are kept in "
            "build/verify, and must also be identical to the byte, run.json's time stamps "
            "apart."
            "\vA row must be the same where its inputs are; where one differs verify names "
            "it and says how far the row moved, a failure only beyond 5 %; of those that moved "
            "less the ten that moved furthest are printed. Rows that the reference does not "
            "have are new, and no failure.\n\nExit status: 0 "
            "as the reference, 1 differs, 2 cannot tell, 3 not comparable; 10 and above as "
            "`exospin run`.",
            options, &o.dir, 0, 1, NULL},
        argc, argv);
    if (o.second && !o.dir)
        die(STATUS_USAGE, "--second needs DIR, the first run; see `exospin help verify`");
    scoped_text char *reference_dir =
        o.reference ? text_copy(o.reference) : tree_path("results/reference");
    struct failure why;
    struct run *reference = run_load(reference_dir, &why);
    if (!reference)
        die(STATUS_UNLIKE, "no reference to verify against: %s", why.text);
    scoped_text char *first = o.dir ? text_copy(o.dir) : run_make("first", "1");
    scoped_text char *second = o.second ? text_copy(o.second)
                               : o.dir  ? NULL
                                        : run_make("second", "2");
    struct run *run = run_load_or_die(first);
    int status = hold(reference, run, MOVE_MAX, false, o.all);
    if (second && status != STATUS_UNLIKE) {
        struct run *again = run_load_or_die(second);
        status = status_worst(status, hold(run, again, 0, true, o.all));
        run_free(again);
    }
    run_free(run);
    run_free(reference);
    return status;
}
