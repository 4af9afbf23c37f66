/* SPDX-License-Identifier: MIT */
/* verify.c -- exospin verify: does this machine get what the reference run got? Rows whose inputs
 * (image, compiler, QEMU, machine, boot command line, plan, Linux package) are the reference's must
 * be the same; where an input differs it is named, and the row may move by at most MOVE_MAX.
 *
 * Without a run of its own it makes two, the second with two guests side by side: exact figures
 * must not know of each other, so the two must be the same to the byte. */
#include "base/cli.h"
#include "report/comparison.h"
#include "base/die.h"
#include "report/identity.h"
#include "base/process.h"
#include "base/status.h"
#include "base/tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double MOVE_MAX = 0.05;

struct options {
    const char *dir, *second, *reference;
};

/* Makes a run in build/verify/NAME by calling ourselves; gives its path. */
static char *run_make(const char *name, const char *jobs) {
    char *dir = tree_path("build/verify/%s", name);
    const char *argv[] = {"/proc/self/exe", "run", "--quiet", "--jobs", jobs,
                          "--out",          dir,   "--force", NULL};
    text_print(stdout, "run        %s (guests side by side: %s)\n", tree_relative(dir), jobs);
    fflush(stdout);
    int status = process_run(argv);
    if (status)
        die(status, "the new run failed (%s); what it measured is in %s", status_find(status)->name,
            tree_relative(dir));
    return dir;
}

static bool asked_for(const struct run *run, const char *name) {
    for (size_t i = 0; i < run->run_row_count; i++)
        if (!strcmp(run->run_rows[i].name, name))
            return true;
    return false;
}

struct tally {
    size_t same, moved, failed, unsure, apart;
};

/* A row that is not as the reference has it, and why that may be. */
static void judge_difference(const struct comparison *c, const struct row_comparison *row,
                             struct tally *t) {
    char *text = comparison_row_text(row), *inputs = comparison_row_inputs(c, row);
    bool figures = row->a->figures.present && row->b->figures.present;
    double move = figures ? fmax(fabs(row->ratio.low - 1), fabs(row->ratio.high - 1)) : INFINITY;
    bool fails = !*inputs || !(move <= MOVE_MAX);
    text_print(stdout, "%-10s %-44s %s; %s%s\n", fails ? "differs" : "moved",
               comparison_row_name(row), text,
               *inputs ? "differing inputs: " : "all inputs are the same", inputs);
    t->failed += fails;
    t->moved += !fails;
    free(text);
    free(inputs);
}

static void judge_row(const struct comparison *c, const struct row_comparison *row,
                      struct tally *t) {
    switch (row->change) {
    case ROW_SAME:
        t->same++;
        return;
    case ROW_FASTER:
    case ROW_SLOWER:
    case ROW_CHANGED:
        judge_difference(c, row, t);
        return;
    case ROW_GONE:
        if (!row->b && !asked_for(c->b, row->a->name)) {
            t->apart++;
            return;
        }
        t->failed++;
        break;
    case ROW_NEW:
        t->failed++;
        break;
    case ROW_UNSURE:
        t->unsure++;
        break;
    case ROW_UNLIKE:
        t->apart++;
        return;
    case ROW_CHANGES:
        return;
    }
    char *text = comparison_row_text(row);
    text_print(stdout, "%-10s %-44s %s\n", row_change_name(row->change), comparison_row_name(row),
               text);
    free(text);
}

static int verify_rows(const struct run *reference, const struct run *run) {
    struct comparison *c = comparison_make(reference, run);
    struct tally t = {0};
    for (size_t i = 0; i < c->input_count; i++)
        if (c->inputs[i].kind == INPUT_MACHINE || !strcmp(c->inputs[i].what, "revision"))
            text_print(stdout, "%-10s %s: %.60s -> %.60s\n", "input", c->inputs[i].what,
                       c->inputs[i].a, c->inputs[i].b);
    int status = comparison_status(c);
    for (size_t i = 0; i < c->row_count; i++)
        judge_row(c, &c->rows[i], &t);
    printf("%zu rows as the reference has them, %zu moved by at most 5 %% with their inputs, %zu "
           "differ, %zu cannot be told, %zu not asked for or without a figure\n",
           t.same, t.moved, t.failed, t.unsure, t.apart);
    comparison_free(c);
    if (status == STATUS_UNLIKE)
        return status;
    return t.failed ? STATUS_DIFFERS : t.unsure ? STATUS_UNSURE : STATUS_OK;
}

static struct run *load(const char *dir) {
    struct failure why;
    struct run *run = run_load(dir, &why);
    if (!run)
        give_up(&why);
    return run;
}

/* What went into the second run and not into the first. */
static void print_inputs(const struct run *first, const char *second_dir) {
    struct run *second = load(second_dir);
    struct comparison *c = comparison_make(first, second);
    for (size_t i = 0; i < c->input_count; i++)
        text_print(stdout, "%-10s %s: %.60s -> %.60s\n", "input", c->inputs[i].what, c->inputs[i].a,
                   c->inputs[i].b);
    comparison_free(c);
    run_free(second);
}

static int verify_identity(const struct run *first, const char *second) {
    struct texts differ = {0};
    size_t files;
    struct failure why;
    if (identity_compare(first->dir, second, &differ, &files, &why))
        give_up(&why);
    if (differ.count)
        print_inputs(first, second);
    for (size_t i = 0; i < differ.count; i++)
        text_print(stdout, "%-10s %s\n", "differs", differ.items[i]);
    if (!differ.count)
        printf("identical  all %zu files of both runs, run.json's time stamps apart\n", files);
    int status = differ.count ? STATUS_DIFFERS : STATUS_OK;
    texts_free(&differ);
    return status;
}

int cmd_verify(int argc, char **argv) {
    struct options o = {0};
    const struct cli_option options[] = {
        {"reference", "DIR", "the run to be held to; default results/reference",
         .text = &o.reference},
        {"second", "DIR", "with DIR: a second run of the same, which must be identical",
         .text = &o.second},
        {0}};
    cli_parse(
        &(struct cli){
            "[DIR]",
            "Checks the run in DIR against the reference run, row by row. Without DIR two "
            "new runs are made, the second with two guests side by side; both are kept in "
            "build/verify, and must also be identical to the byte, run.json's time stamps "
            "apart."
            "\vA row must be the same where its inputs are; where one differs verify names "
            "it and says how far the row moved, a failure only beyond 5 %.\n\nExit status: 0 "
            "as the reference, 1 differs, 2 cannot tell, 3 not comparable; 10 and above as "
            "`exospin run`.",
            options, &o.dir, 0, 1, NULL},
        argc, argv);
    if (o.second && !o.dir)
        die(STATUS_USAGE, "--second needs DIR, the first run; see `exospin help verify`");
    char *reference_dir = o.reference ? text_copy(o.reference) : tree_path("results/reference");
    struct failure why;
    struct run *reference = run_load(reference_dir, &why);
    if (!reference)
        die(STATUS_UNLIKE, "no reference to verify against: %s", why.text);
    char *first = o.dir ? text_copy(o.dir) : run_make("first", "1");
    char *second = o.dir ? o.second ? text_copy(o.second) : NULL : run_make("second", "2");
    text_print(stdout, "reference  %s: %zu rows, revision %.12s\n", tree_relative(reference_dir),
               reference->row_count, reference->revision);
    struct run *run = load(first);
    int status = verify_rows(reference, run);
    if (second && status != STATUS_UNLIKE)
        status = status_worst(status, verify_identity(run, second));
    run_free(run);
    run_free(reference);
    free(first);
    free(second);
    free(reference_dir);
    return status;
}
