/* SPDX-License-Identifier: MIT */
/* judge.c -- what only all boots of a row together show: its state and verdict, its figures, its
 * counters, and whether an exact clock was exact. */
#include "base/assert.h"
#include "base/memory.h"
#include "base/status.h"
#include "run/collection.h"
#include "run/stats.h"

#include <stdlib.h>
#include <string.h>

/* A row is as good as its worst boot. */
static void row_judge(struct row *row) {
    assert_that(row->trial_count > 0); /* a row is made for a trial */
    row->state = ROW_COMPLETE;
    for (size_t i = 0; i < row->trial_count; i++) {
        const struct trial *t = &row->trials[i];
        if (t->state < row->state)
            row->state = t->state;
        if (row->clock == CLOCK_NONE)
            row->clock = t->clock;
        /* fail above skip above pass above none */
        static const int weight[] = {
            [VERDICT_NONE] = 0, [VERDICT_PASS] = 1, [VERDICT_SKIP] = 2, [VERDICT_FAIL] = 3};
        if (weight[t->verdict] > weight[row->verdict]) {
            row->verdict = t->verdict;
            row->why = t->why;
        }
    }
    /* Something came, though not in every boot: that is partial. */
    for (size_t i = 0; i < row->trial_count; i++)
        if (row->state == ROW_MISSING && row->trials[i].state != ROW_MISSING)
            row->state = ROW_PARTIAL;
}

static bool trial_counts(const struct row *row, const struct trial *t) {
    return t->clock == row->clock && row->clock != CLOCK_NONE && t->batch;
}

/* The net samples of all boots with layout 0, end to end: a new array of *count. */
static double *pooled(const struct run *run, const struct row *row, bool cold, size_t *count) {
    size_t total = 0;
    for (size_t i = 0; i < row->trial_count; i++)
        total += cold ? row->trials[i].cold.count : row->trials[i].steady.count;
    double *pool = memory_new(total + 1, sizeof *pool);
    *count = 0;
    for (size_t i = 0; i < row->trial_count; i++) {
        const struct trial *t = &row->trials[i];
        const struct samples *s = cold ? &t->cold : &t->steady;
        if (!s->net || run_trial_boot(run, t)->layout || !trial_counts(row, t))
            continue;
        assert_that(*count + s->count <= total);
        memcpy(pool + *count, s->net, s->count * sizeof *pool);
        *count += s->count;
    }
    return pool;
}

/* Of an exact clock there is nothing to estimate. Of a noisy one the boots are the sample, since
 * what one boot measures hangs together; with too few of them only that one boot is described. */
static struct interval median_interval(const struct run *run, const struct row *row,
                                       const double *pool, size_t count, double median) {
    if (clock_exact(row->clock))
        return (struct interval){median, median};
    size_t boots;
    double *medians = run_boot_medians(run, row, &boots);
    struct interval i = boots >= STATS_BOOTS_MIN ? stats_median_interval(medians, boots)
                                                 : stats_median_interval(pool, count);
    free(medians);
    return i;
}

double *run_boot_medians(const struct run *run, const struct row *row, size_t *count) {
    double *medians = memory_new(row->trial_count + 1, sizeof *medians);
    *count = 0;
    for (size_t i = 0; i < row->trial_count; i++) {
        const struct trial *t = &row->trials[i];
        if (t->steady.net && !run_trial_boot(run, t)->layout && trial_counts(row, t))
            medians[(*count)++] = stats_median(t->steady.net, t->steady.count);
    }
    return medians;
}

/* Largest less smallest median over all trials, whatever their layout. */
static double row_spread(const struct row *row) {
    double least = 0, most = 0;
    bool any = false;
    for (size_t i = 0; i < row->trial_count; i++) {
        const struct trial *t = &row->trials[i];
        if (!t->steady.net || !trial_counts(row, t))
            continue;
        double median = stats_median(t->steady.net, t->steady.count);
        least = !any || median < least ? median : least;
        most = !any || median > most ? median : most;
        any = true;
    }
    return most - least;
}

/* One number for what COUNTER was in COUNT samples. Whether a line more is touched is in Linux
 * decided by the random offset of each system call's stack, so of lines and pages the fewest. */
static double counter_figure(enum counter counter, const double *values, size_t count) {
    bool distinct = counter == COUNTER_lines || counter == COUNTER_pages;
    return distinct ? stats_percentile(values, count, 0) : stats_median(values, count);
}

/* Each counter over the steady samples of all boots with layout 0; none, unless each of these has
 * its bracket. */
static void row_counters(const struct run *run, struct row *row) {
    struct figures *f = &row->figures;
    double *values = memory_new(f->samples + 1, sizeof *values);
    f->counted = f->present;
    for (int counter = 0; counter < COUNTER_COUNT && f->counted; counter++) {
        size_t count = 0;
        for (size_t i = 0; i < row->trial_count && f->counted; i++) {
            const struct trial *t = &row->trials[i];
            const struct boot *b = run_trial_boot(run, t);
            if (b->layout || !trial_counts(row, t))
                continue;
            f->counted = t->steady.brackets || !t->steady.count;
            for (size_t k = 0; k < t->steady.count && f->counted; k++)
                values[count++] = (double)b->brackets[t->steady.brackets[k]].counters[counter];
        }
        f->counters[counter] =
            f->counted ? counter_figure((enum counter)counter, values, count) : 0;
    }
    free(values);
}

/* Of the first boot that has captures: exact as they are, all boots' are alike. */
static void row_wires(struct row *row) {
    struct figures *f = &row->figures;
    for (size_t i = 0; i < row->trial_count && !f->captured; i++) {
        const struct trial *t = &row->trials[i];
        f->captured = f->present && t->captured;
        f->frames = t->frames;
        f->frame_bytes = t->frame_bytes;
        f->frame_samples = t->warm + t->steady.count;
    }
}

static void row_figures(const struct run *run, struct row *row) {
    size_t count, cold_count;
    double *pool = pooled(run, row, false, &count), *cold = pooled(run, row, true, &cold_count);
    struct figures *f = &row->figures;
    if (count) {
        f->present = true;
        f->samples = count;
        f->median = stats_median(pool, count);
        f->p05 = stats_percentile(pool, count, 5);
        f->p95 = stats_percentile(pool, count, 95);
        struct interval i = median_interval(run, row, pool, count, f->median);
        f->low = i.low;
        f->high = i.high;
        f->has_cold = cold_count > 0;
        f->cold = cold_count ? stats_median(cold, cold_count) : 0;
        f->spread = run->layouts > 1 ? row_spread(row) : 0;
        for (size_t i_trial = row->trial_count; i_trial-- > 0;)
            if (row->trials[i_trial].batch)
                f->overhead = row->trials[i_trial].overhead;
    }
    free(pool);
    free(cold);
}

/* Under an exact clock every boot of a row, of whatever layout, must read the same. */
static void exact_check(struct collection *c, const struct row *row) {
    if (!clock_exact(row->clock))
        return;
    const struct trial *first = NULL;
    for (size_t i = 0; i < row->trial_count; i++) {
        const struct trial *t = &row->trials[i];
        if (!t->steady.net || !trial_counts(row, t))
            continue;
        if (!first) {
            first = t;
            continue;
        }
        double one = stats_median(first->steady.net, first->steady.count);
        double other = stats_median(t->steady.net, t->steady.count);
        if (one == other)
            continue;
        const struct boot *a = run_trial_boot(c->run, first), *b = run_trial_boot(c->run, t);
        collection_boot(c, t->boot);
        collection_problem(c, STATUS_CHECK, row->name, t->offset, t->line,
                           "%s is not exact: its median is %g in %s (layout %u) and %g in %s "
                           "(layout %u)",
                           row->name, one, a->raw, a->layout, other, b->raw, b->layout);
    }
}

/* By the place of a row's first trial: boot, then order in it. */
static int row_order(const void *left, const void *right) {
    const struct trial *a = ((const struct row *)left)->trials;
    const struct trial *b = ((const struct row *)right)->trials;
    if (a->boot != b->boot)
        return a->boot < b->boot ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

void collection_judge(struct collection *c) {
    if (c->run->row_count)
        qsort(c->run->rows, c->run->row_count, sizeof *c->run->rows, row_order);
    for (size_t i = 0; i < c->run->row_count; i++) {
        row_judge(&c->run->rows[i]);
        row_figures(c->run, &c->run->rows[i]);
        row_counters(c->run, &c->run->rows[i]);
        row_wires(&c->run->rows[i]);
        exact_check(c, &c->run->rows[i]);
    }
}
