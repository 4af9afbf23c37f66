/* SPDX-License-Identifier: MIT */
/* run.c -- a run's memory: made, filled, looked up, given back. */
#include "run/run.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/status.h"

#include <stdlib.h>
#include <string.h>

const char *verdict_name(enum verdict v) {
    assert_that(v <= VERDICT_SKIP);
    static const char *const names[] = {"", "pass", "fail", "skip"};
    return names[v];
}

const char *row_state_name(enum row_state s) {
    assert_that(s <= ROW_COMPLETE);
    static const char *const names[] = {"missing", "partial", "complete"};
    return names[s];
}

/* Every string of a run and of a boot: set from the beginning, freed in the end. */
#define RUN_STRINGS(X)                                                                             \
    X(dir)                                                                                         \
    X(revision)                                                                                    \
    X(revision_why)                                                                                \
    X(started)                                                                                     \
    X(finished)                                                                                    \
    X(partial)                                                                                     \
    X(via)                                                                                         \
    X(filter)                                                                                      \
    X(shard)                                                                                       \
    X(counters_why)                                                                                \
    X(host_cpu)                                                                                    \
    X(host_kernel)
#define BOOT_STRINGS(X)                                                                            \
    X(system)                                                                                      \
    X(label)                                                                                       \
    X(image)                                                                                       \
    X(image_sha256)                                                                                \
    X(build_id)                                                                                    \
    X(command_line)                                                                                \
    X(raw)                                                                                         \
    X(outcome)                                                                                     \
    X(detail)                                                                                      \
    X(hello_build)                                                                                 \
    X(hello_system)                                                                                \
    X(fault)

struct run *run_new(void) {
    struct run *run = memory_new(1, sizeof *run);
#define STRING_BEGIN(field) run->field = text_copy("");
    RUN_STRINGS(STRING_BEGIN)
#undef STRING_BEGIN
    run->clock = CLOCK_ICOUNT;
    run->seed = 1;
    run->layouts = 1;
    return run;
}

void run_set(char **string, const char *text) {
    assert_that(*string && text);
    char *copy = text_copy(text); /* TEXT may be the string itself */
    free(*string);
    *string = copy;
}

struct boot *run_add_boot(struct run *run) {
    run->boots = array_grow(run->boots, run->boot_count, sizeof *run->boots);
    struct boot *b = &run->boots[run->boot_count++];
    *b = (struct boot){.clock = CLOCK_NONE};
#define STRING_BEGIN(field) b->field = text_copy("");
    BOOT_STRINGS(STRING_BEGIN)
#undef STRING_BEGIN
    return b;
}

const char *run_experiment(const struct run *run, const char *name) {
    for (size_t i = 0; i < run->run_row_count; i++)
        if (!strcmp(run->run_rows[i].name, name))
            return run->run_rows[i].experiment;
    return NULL;
}

void run_add_row(struct run *run, const char *name, const char *experiment) {
    if (run_experiment(run, name))
        return;
    run->run_rows = array_grow(run->run_rows, run->run_row_count, sizeof *run->run_rows);
    run->run_rows[run->run_row_count++] = (struct run_row){text_copy(name), text_copy(experiment)};
}

void run_add_tool(struct run *run, const char *name, const char *version) {
    texts_add(&run->tools, name);
    texts_add(&run->tools, version);
}

const char *run_tool(const struct run *run, const char *name) {
    for (size_t i = 0; i + 1 < run->tools.count; i += 2)
        if (!strcmp(run->tools.items[i], name))
            return run->tools.items[i + 1];
    return "";
}

int run_status(const struct run *run) {
    int status = STATUS_OK;
    for (size_t i = 0; i < run->problem_count; i++)
        status = status_worst(status, run->problems[i].status);
    return status;
}

const struct row *run_row(const struct run *run, const char *name) {
    for (size_t i = 0; i < run->row_count; i++)
        if (!strcmp(run->rows[i].name, name))
            return &run->rows[i];
    return NULL;
}

const struct boot *run_trial_boot(const struct run *run, const struct trial *trial) {
    assert_that(trial->boot < run->boot_count);
    return &run->boots[trial->boot];
}

bool boot_tests(const struct boot *b) {
    return strstr(b->raw, ".checks."); /* as boots.c names the logs of that image */
}

static void boot_release(struct boot *b) {
#define STRING_FREE(field) free(b->field);
    BOOT_STRINGS(STRING_FREE)
#undef STRING_FREE
    texts_free(&b->qemu);
    texts_free(&b->disks);
    texts_free(&b->nics);
    texts_free(&b->plan);
    free(b->brackets);
}

static void samples_release(struct samples *s) {
    free(s->gross);
    free(s->net);
    free(s->brackets);
}

static void row_release(struct row *row) {
    for (size_t i = 0; i < row->trial_count; i++) {
        struct trial *t = &row->trials[i];
        samples_release(&t->cold);
        samples_release(&t->steady);
        free(t->why);
    }
    free(row->trials);
    free(row->name);
    free(row->system);
    free(row->experiment);
}

void run_free(struct run *run) {
    if (!run)
        return;
#define STRING_FREE(field) free(run->field);
    RUN_STRINGS(STRING_FREE)
#undef STRING_FREE
    texts_free(&run->experiments);
    texts_free(&run->systems);
    texts_free(&run->tools);
    for (size_t i = 0; i < run->run_row_count; i++) {
        free(run->run_rows[i].name);
        free(run->run_rows[i].experiment);
    }
    for (size_t i = 0; i < run->boot_count; i++)
        boot_release(&run->boots[i]);
    for (size_t i = 0; i < run->row_count; i++)
        row_release(&run->rows[i]);
    for (size_t i = 0; i < run->problem_count; i++) {
        free(run->problems[i].row);
        free(run->problems[i].text);
    }
    free(run->run_rows);
    free(run->boots);
    free(run->rows);
    free(run->problems);
    free(run);
}
