/* SPDX-License-Identifier: MIT */
/* host_run.c -- run Google Benchmark programs. */
#include "run/host_run.h"
#include "run/inputs.h"
#include "base/assert.h"
#include "base/die.h"
#include "guest/image.h"
#include "base/interrupt.h"
#include "base/process.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Samples a row and boot: Google Benchmark's repetitions. */
#define REPETITIONS "--benchmark_repetitions=5"
/* What a row may take, in seconds: Google Benchmark's own choice, or less for --quick. */
#define WHILE       "--benchmark_min_time=0.5"
#define WHILE_QUICK "--benchmark_min_time=0.05"

/* "^(a|b)$" with what is special in a regular expression quoted; for --benchmark_filter. */
static char *filter_of(const struct selection *s, const char *experiment) {
    scoped_texts struct texts names = {0};
    for (size_t i = 0; i < s->count; i++) {
        const struct row_spec *row = &s->rows.items[s->chosen[i]];
        if (strcmp(row->experiment, experiment) != 0)
            continue;
        texts_take(&names, text_quote(row->name, ".[]{}()*+?^$|\\", '\\'));
    }
    scoped_text char *all = texts_join(&names, "|");
    return text_format("--benchmark_filter=^(%s)$", all);
}

static struct boot *describe(struct run *run, const struct selection *s, const char *experiment,
                             unsigned boot, const char *program) {
    struct boot *b = run_add_boot(run);
    scoped_text char *id = image_build_id(program), *hash = image_sha256(&program, 1);
    run_set(&b->system, s->system->name);
    b->boot = boot;
    run_set(&b->image, tree_relative(program));
    run_set(&b->image_sha256, hash ? hash : "");
    run_set(&b->build_id, id);
    free(b->raw);
    b->raw = text_format("raw/host.%s.%u.json", experiment, boot);
    inputs_plan(run, b, s, experiment);
    return b;
}

/* What a bench program may take: its rows' repetitions and their calibration are some 4 s each. */
static struct process_limits limits_of(const struct boot *b, double bench_limit) {
    return (struct process_limits){6 * bench_limit * (double)b->plan.count, 64u << 20, false};
}

static void judge(struct boot *b, int status, const struct process_limits *limits) {
    b->status = !status                     ? 0
                : interrupted()             ? STATUS_SIGNAL + interrupted()
                : status == PROCESS_ENDLESS ? STATUS_HANG
                                            : STATUS_EARLY;
    run_set(&b->outcome, b->status ? status_find(b->status)->name : "complete");
    free(b->detail);
    b->detail = !status ? text_copy("")
                : status == PROCESS_ENDLESS
                    ? text_format("%s did not end within %g s, or printed without end", b->image,
                                  limits->seconds)
                    : text_format("%s ended with status %d", b->image, status);
}

static int run_one(struct collection *c, struct folder *folder, const struct selection *s,
                   const char *experiment, unsigned boot, double bench_limit) {
    struct failure why;
    struct run *run = c->run;
    int status;
    scoped_text char *program = tree_path("build/host/bench-%s", experiment);
    scoped_text char *filter = filter_of(s, experiment);
    struct boot *b = describe(run, s, experiment, boot, program);
    struct process_limits limits = limits_of(b, bench_limit);
    const char *argv[] = {program,     "--benchmark_format=json",
                          REPETITIONS, run->quick ? WHILE_QUICK : WHILE,
                          filter,      NULL};
    scoped_text char *json = process_read_in(NULL, &limits, argv, false, &status);
    run_set(&b->command_line, filter);
    judge(b, status, &limits);
    if (folder_write(folder, b->raw, json, strlen(json), &why) || run_write(run, folder, &why))
        give_up(&why);
    assert_that(b == &run->boots[run->boot_count - 1]);
    collection_boot(c, run->boot_count - 1);
    host_log_collect(c, json, strlen(json));
    return interrupted();
}

int host_run(struct collection *c, struct folder *folder, const struct selection *selection,
             unsigned boots, double bench_limit, struct progress *progress) {
    scoped_texts struct texts experiments = {0};
    for (size_t i = 0; i < selection->count; i++) {
        const char *experiment = selection->rows.items[selection->chosen[i]].experiment;
        texts_add_new(&experiments, experiment);
    }
    int signal = 0;
    for (unsigned boot = 0; boot < boots && !signal; boot++)
        for (size_t i = 0; i < experiments.count && !signal; i++) {
            progress_note(progress, "host: %s", experiments.items[i]);
            signal = run_one(c, folder, selection, experiments.items[i], boot, bench_limit);
        }
    return signal;
}
