/* SPDX-License-Identifier: MIT */
/* due.c -- a boot's trials after its last record: what was announced and never came is missing,
 * which is a failure; whatever came is kept, and marked partial where more was due. */
#include "run/due.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"
#include "experiment/experiment.h"

#include <string.h>

static const struct boot *boot_of(const struct collection *c) {
    return &c->run->boots[c->boot];
}

static enum row_state bench_state(const struct trial *t) {
    if (!t->line)
        return ROW_MISSING;
    bool whole =
        t->batch && t->cold.count == t->cold.announced && t->steady.count == t->steady.announced;
    return whole ? ROW_COMPLETE : ROW_PARTIAL;
}

static void samples_subtract(struct samples *s, double overhead, uint64_t batch) {
    if (!batch || !s->count)
        return; /* without its bench record nobody knows what to subtract */
    assert_that(!s->net);
    s->net = memory_new(s->count, sizeof *s->net);
    for (size_t i = 0; i < s->count; i++)
        s->net[i] = (s->gross[i] - overhead) / (double)batch;
}

static void trial_judge(struct collection *c, const struct row *row, struct trial *t, bool lost) {
    const struct boot *b = boot_of(c);
    samples_subtract(&t->cold, t->overhead, t->batch);
    samples_subtract(&t->steady, t->overhead, t->batch);
    if (row->kind == ROW_CHECK) {
        t->state = t->verdict == VERDICT_NONE ? ROW_MISSING : ROW_COMPLETE;
        return;
    }
    t->state = bench_state(t);
    bool due = t->batch && t->clock != CLOCK_NONE && t->verdict != VERDICT_SKIP;
    if (due && !t->steady.count && !t->steady.announced)
        collection_problem(c, STATUS_NO_SAMPLE, row->name, t->offset, t->line,
                           "%s:%llu: %s returned no sample", b->raw, (unsigned long long)t->line,
                           row->name);
    else if (t->state == ROW_PARTIAL && !lost && b->done)
        collection_problem(
            c, STATUS_LOST, row->name, t->offset, t->line,
            "%s:%llu: %s announced %zu samples and sent %zu", b->raw, (unsigned long long)t->line,
            row->name, t->cold.announced + t->steady.announced, t->cold.count + t->steady.count);
}

/* The spec that the guest uses for the row it was asked for by its full NAME, or null if the name
 * is not of this boot; a new string. */
static char *spec_of(const struct boot *b, const char *name) {
    size_t system = strlen(b->system), label = strlen(b->label), length = strlen(name);
    if (strncmp(name, b->system, system) != 0 || name[system] != ':')
        return NULL;
    const char *spec = name + system + 1;
    length -= system + 1;
    if (!label)
        return text_copy(spec);
    if (length <= label + 1 || strcmp(spec + length - label, b->label) != 0 ||
        spec[length - label - 1] != '/')
        return NULL;
    return text_format("%.*s", (int)(length - label - 1), spec);
}

static enum row_kind kind_of(const struct run *run, const char *name) {
    const char *experiment = run_experiment(run, name);
    return experiment && !strcmp(experiment, EXPERIMENT_CHECKS) ? ROW_CHECK : ROW_BENCH;
}

/* What the runner asked for and the guest did not even plan is missing too. */
static void add_unplanned(struct collection *c) {
    const struct boot *b = boot_of(c);
    for (size_t i = 0; i < b->plan.count; i++) {
        scoped_text char *spec = spec_of(b, b->plan.items[i]);
        if (spec && !collection_find(c, spec))
            collection_trial(c, spec, kind_of(c->run, b->plan.items[i]), NULL);
    }
}

void due_judge(struct collection *c, bool lost) {
    enum { NAMED = 8 };
    const struct boot *b = boot_of(c);
    scoped_texts struct texts missing = {0};
    size_t count = 0;
    add_unplanned(c);
    for (size_t i = 0; i < c->run->row_count; i++) {
        const struct row *row = &c->run->rows[i];
        struct trial *t = collection_row_trial(c, row);
        if (!t)
            continue;
        trial_judge(c, row, t, lost);
        if (t->state == ROW_MISSING && count++ < NAMED)
            texts_add(&missing, row->name);
    }
    /* Where QEMU died or the run was interrupted the missing rows are its consequence, and would
     * hide it: of several failures the lowest counts. */
    if (count && b->status <= STATUS_PLAN) {
        scoped_text char *names = texts_join(&missing, ", ");
        collection_problem(c, STATUS_PLAN, missing.items[0], 0, 0,
                           "%s: %zu planned row%s never came: %s%s", b->raw, count,
                           count == 1 ? "" : "s", names, count > NAMED ? ", ..." : "");
    }
}
