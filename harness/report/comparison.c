/* SPDX-License-Identifier: MIT */
/* comparison.c -- two runs held against each other: their inputs by the tables of run.json, then
 * their rows, then each difference against the threshold. */
#include "report/comparison.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *row_change_name(enum row_change change) {
    static const char *const names[] = {"same",           "faster",   "slower",  "cannot tell",
                                        "changed",        "moved",    "missing", "new",
                                        "not comparable", "not asked"};
    assert_that(change < ROW_CHANGES);
    return names[change];
}

/* ---- inputs ---- */

static void input_compare(struct comparison *c, enum input_kind kind, const struct boot *boot,
                          const char *name, bool decides, const char *a, const char *b) {
    if (!strcmp(a, b))
        return;
    c->inputs = array_grow(c->inputs, c->input_count, sizeof *c->inputs);
    c->inputs[c->input_count++] =
        (struct input_difference){kind, boot, name, decides, text_copy(a), text_copy(b)};
}

/* What KEYS make of A and B: the inputs of one KIND, or of all. */
static void keys_compare(struct comparison *c, const struct run_key *keys, enum input_kind kind,
                         const struct boot *boot, const void *a, const void *b) {
    for (const struct run_key *key = keys; key->name; key++) {
        if (!key->input || (kind != INPUT_KINDS && key->kind != kind))
            continue;
        scoped_text char *left = run_key_text(key, a), *right = run_key_text(key, b);
        input_compare(c, key->kind, boot, key->input, key->decides, left, right);
    }
}

static void tools_compare(struct comparison *c) {
    const struct run *sides[] = {c->a, c->b};
    scoped_texts struct texts done = {0};
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i + 1 < sides[side]->tools.count; i += 2) {
            const char *tool = sides[side]->tools.items[i];
            if (texts_has(&done, tool))
                continue;
            texts_add(&done, tool);
            input_compare(c, strstr(tool, "compiler") ? INPUT_BUILD : INPUT_MACHINE, NULL, tool,
                          false, run_tool(c->a, tool), run_tool(c->b, tool));
        }
}

/* The length of what a device is, without the hash of its content:
 * "size=64MiB content=ext2 backend=memory sha256=...". */
static size_t kind_length(const char *device) {
    const char *end = strstr(device, " sha256=");
    return end ? (size_t)(end - device) : strlen(device);
}

static bool devices_alike(const struct texts *a, const struct texts *b) {
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        size_t length = kind_length(a->items[i]);
        if (kind_length(b->items[i]) != length || memcmp(a->items[i], b->items[i], length) != 0)
            return false;
    }
    return true;
}

static bool is_inexact(const struct boot *b) {
    return strstr(b->raw, ".inexact.");
}

static bool boots_alike(const struct boot *a, const struct boot *b) {
    return !strcmp(a->system, b->system) && !strcmp(a->label, b->label) &&
           boot_tests(a) == boot_tests(b) && is_inexact(a) == is_inexact(b) &&
           devices_alike(&a->disks, &b->disks) && devices_alike(&a->nics, &b->nics);
}

/* The boot of the other run that answers to B: one that is alike, of the same repetition and
 * layout; or the first that is alike; or null. */
static const struct boot *boot_like(const struct run *run, const struct boot *b) {
    const struct boot *like = NULL;
    for (size_t i = 0; i < run->boot_count; i++) {
        const struct boot *other = &run->boots[i];
        if (!boots_alike(other, b))
            continue;
        if (other->boot == b->boot && other->layout == b->layout)
            return other;
        if (!like)
            like = other;
    }
    return like;
}

/* How often each image was booted. */
static char *boots_text(const struct run *run) {
    unsigned most = 0;
    for (size_t i = 0; i < run->boot_count; i++)
        if (run->boots[i].boot >= most)
            most = run->boots[i].boot + 1;
    return text_format("%u", most);
}

static void inputs_compare(struct comparison *c) {
    const struct run *a = c->a, *b = c->b;
    scoped_text char *a_boots = boots_text(a), *b_boots = boots_text(b);
    keys_compare(c, run_keys, INPUT_BUILD, NULL, a, b);
    tools_compare(c);
    keys_compare(c, host_keys, INPUT_MACHINE, NULL, a, b);
    keys_compare(c, run_keys, INPUT_OPTION, NULL, a, b);
    input_compare(c, INPUT_OPTION, NULL, "boots", false, a_boots, b_boots);
    for (size_t i = 0; i < a->boot_count; i++) {
        const struct boot *boot = &a->boots[i], *like = boot_like(b, boot);
        if (like)
            keys_compare(c, boot_keys, INPUT_KINDS, boot, boot, like);
    }
}

/* Whether the rows of boot B depend on the input D. */
static bool decides(const struct input_difference *d, const struct boot *b) {
    bool is_linux = !strcmp(b->system, "linux");
    if (d->boot)
        return d->decides && boots_alike(d->boot, b);
    return !strcmp(d->name, "qemu") || !strcmp(d->name, is_linux ? "linux_compiler" : "compiler") ||
           (is_linux && !strcmp(d->name, "linux_package"));
}

char *comparison_row_inputs(const struct comparison *c, const struct row_comparison *row) {
    scoped_texts struct texts differ = {0};
    for (size_t i = 0; i < c->input_count; i++)
        if (decides(&c->inputs[i], run_trial_boot(c->a, &row->a->trials[0])) &&
            !texts_has(&differ, c->inputs[i].name))
            texts_add(&differ, c->inputs[i].name);
    return texts_join(&differ, ", ");
}

/* ---- rows ---- */

static bool samples_equal(const struct samples *a, const struct samples *b) {
    return a->count == b->count && !a->net == !b->net &&
           (!a->net || !memcmp(a->net, b->net, a->count * sizeof *a->net));
}

/* Every trial with its counterpart, sample by sample. Runs of other lengths (--quick, --boots)
 * agree where their figures do. */
static bool exact_equal(const struct row *a, const struct row *b) {
    const struct figures *f = &a->figures, *g = &b->figures;
    if (f->samples != g->samples || a->trial_count != b->trial_count)
        return f->p05 == g->p05 && f->p95 == g->p95;
    for (size_t i = 0; i < a->trial_count; i++)
        if (!samples_equal(&a->trials[i].steady, &b->trials[i].steady) ||
            !samples_equal(&a->trials[i].cold, &b->trials[i].cold))
            return false;
    return true;
}

/* Whether the same was counted. Where only one run was to count at all, that is an input. */
static bool counters_equal(const struct comparison *c, const struct row_comparison *row) {
    const struct figures *f = &row->a->figures, *g = &row->b->figures;
    if (!c->a->counters || !c->b->counters)
        return true;
    for (int i = 0; i < COUNTER_COUNT; i++)
        if (f->counters[i] != g->counters[i])
            return false;
    return f->counted == g->counted;
}

static enum row_change noisy_change(const struct comparison *c, struct row_comparison *row) {
    static const enum row_change changes[] = {[DIFFERENCE_SAME] = ROW_SAME,
                                              [DIFFERENCE_FASTER] = ROW_FASTER,
                                              [DIFFERENCE_SLOWER] = ROW_SLOWER,
                                              [DIFFERENCE_UNSURE] = ROW_UNSURE};
    size_t a_count, b_count;
    double *a = run_boot_medians(c->a, row->a, &a_count);
    double *b = run_boot_medians(c->b, row->b, &b_count);
    enum row_change change = ROW_UNSURE;
    if (a_count && b_count) {
        row->ratio = stats_ratio_interval(a, a_count, b, b_count);
        change = changes[stats_compare(a, a_count, b, b_count)];
    }
    free(a);
    free(b);
    return change;
}

static double median_ratio(const struct row_comparison *row) {
    assert_that(row->a->figures.present && row->b->figures.present);
    return stats_ratio(row->a->figures.median, row->b->figures.median);
}

static enum row_change bench_change(const struct comparison *c, struct row_comparison *row) {
    const struct row *a = row->a, *b = row->b;
    if (!a->figures.present && !b->figures.present)
        return a->verdict == VERDICT_SKIP && b->verdict == VERDICT_SKIP ? ROW_SAME : ROW_UNLIKE;
    if (a->figures.present != b->figures.present)
        return ROW_CHANGED;
    if (a->clock != b->clock)
        return ROW_UNLIKE;
    if (!clock_exact(a->clock))
        return noisy_change(c, row);
    row->ratio.low = row->ratio.high = median_ratio(row);
    if (b->figures.median < a->figures.median)
        return ROW_FASTER;
    if (b->figures.median > a->figures.median)
        return ROW_SLOWER;
    row->other_samples = !exact_equal(a, b);
    row->other_counters = !counters_equal(c, row);
    return row->other_samples || row->other_counters ? ROW_CHANGED : ROW_SAME;
}

static enum row_change row_compare(const struct comparison *c, struct row_comparison *row) {
    if (!row->a)
        return ROW_NEW;
    if (!row->b)
        return ROW_GONE;
    bool was = row->a->state != ROW_MISSING, is = row->b->state != ROW_MISSING;
    if (was != is)
        return was ? ROW_GONE : ROW_NEW;
    if (row->a->kind == ROW_CHECK || row->b->kind == ROW_CHECK)
        return row->a->verdict == row->b->verdict ? ROW_SAME : ROW_CHANGED;
    return bench_change(c, row);
}

/* What CHANGE is under the threshold. */
static enum row_change allow(const struct comparison *c, const struct row_comparison *row,
                             enum row_change change) {
    if (change == ROW_GONE && !row->b && !run_experiment(c->b, row->a->name))
        return ROW_UNASKED;
    if (change != ROW_FASTER && change != ROW_SLOWER && change != ROW_CHANGED)
        return change;
    scoped_text char *inputs = comparison_row_inputs(c, row);
    bool figures = row->a->figures.present && row->b->figures.present;
    bool little = fmax(fabs(row->ratio.low - 1), fabs(row->ratio.high - 1)) <= c->threshold;
    return figures && little && *inputs ? ROW_MOVED : change;
}

static void row_add(struct comparison *c, const struct row *a, const struct row *b) {
    assert_that(a || b);
    c->rows = array_grow(c->rows, c->row_count, sizeof *c->rows);
    struct row_comparison *row = &c->rows[c->row_count++];
    *row = (struct row_comparison){.a = a, .b = b};
    row->change = row_compare(c, row);
    if (c->threshold > 0)
        row->change = allow(c, row, row->change);
    c->counts[row->change]++;
}

struct comparison *comparison_make(const struct run *a, const struct run *b, double threshold) {
    assert_that(threshold >= 0 && threshold < 1);
    struct comparison *c = memory_new(1, sizeof *c);
    *c = (struct comparison){.a = a, .b = b, .threshold = threshold};
    inputs_compare(c);
    for (size_t i = 0; i < a->row_count; i++)
        row_add(c, &a->rows[i], run_row(b, a->rows[i].name));
    for (size_t i = 0; i < b->row_count; i++)
        if (!run_row(a, b->rows[i].name))
            row_add(c, NULL, &b->rows[i]);
    return c;
}

const char *comparison_row_name(const struct row_comparison *row) {
    return row->a ? row->a->name : row->b->name;
}

static char *side_text(const struct row *row) {
    if (!row)
        return text_copy("-");
    if (row->kind == ROW_BENCH && row->figures.present)
        return text_format(clock_exact(row->clock) ? "%.15g" : "%.6g", row->figures.median);
    return text_copy(row->verdict == VERDICT_NONE ? row_state_name(row->state)
                                                  : verdict_name(row->verdict));
}

/* ", other samples, loads 6 -> 7" */
static char *others_text(const struct row_comparison *row) {
    static const char *const names[] = {
#define COUNTER_NAME(name) #name,
        COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
    };
    const struct figures *f = &row->a->figures, *g = &row->b->figures;
    scoped_texts struct texts all = {0};
    texts_add(&all, "");
    if (row->other_samples)
        texts_add(&all, "other samples");
    if (row->other_counters && f->counted != g->counted)
        texts_add(&all, f->counted ? "no counters any more" : "counters that were not there");
    for (int i = 0; i < COUNTER_COUNT && row->other_counters && f->counted == g->counted; i++)
        if (f->counters[i] != g->counters[i])
            texts_take(&all,
                       text_format("%s %.15g -> %.15g", names[i], f->counters[i], g->counters[i]));
    return texts_join(&all, ", ");
}

/* ", +6.77 %", with as many digits as a change needs to be seen; "" where there is no ratio. */
static char *percent_text(double ratio) {
    double percent = 100 * (ratio - 1);
    int digits = 2;
    while (digits < 8 && percent != 0 && fabs(percent) < 0.5 * pow(10, -digits))
        digits++;
    return isfinite(ratio) ? text_format(", %+.*f %%", digits, percent) : text_copy("");
}

char *comparison_row_text(const struct row_comparison *row) {
    scoped_text char *a = side_text(row->a), *b = side_text(row->b);
    bool both = row->a && row->b && row->a->figures.present && row->b->figures.present;
    if (both && row->change != ROW_UNLIKE) {
        double ratio = median_ratio(row);
        scoped_text char *others = others_text(row);
        scoped_text char *percent = percent_text(ratio);
        return text_format("%s -> %s %s%s%s", a, b, clock_unit(row->b->clock), percent, others);
    }
    if (both)
        return text_format("%s %s, %s %s", a, clock_unit(row->a->clock), b,
                           clock_unit(row->b->clock));
    const char *why = row->b ? row->b->why : "";
    return text_format("%s -> %s%s%s", a, b, *why ? ": " : "", why);
}

/* ---- the whole ---- */

bool comparison_only_new(const struct comparison *c) {
    return c->threshold > 0 && c->counts[ROW_NEW] &&
           c->counts[ROW_NEW] + c->counts[ROW_UNASKED] == c->row_count;
}

int comparison_status(const struct comparison *c) {
    const size_t *n = c->counts;
    size_t differ = n[ROW_FASTER] + n[ROW_SLOWER] + n[ROW_CHANGED];
    if (comparison_only_new(c))
        return STATUS_OK;
    if (!(n[ROW_SAME] + n[ROW_UNSURE] + n[ROW_MOVED] + differ))
        return STATUS_UNLIKE;
    for (size_t i = 0; i < c->row_count; i++)
        if (c->rows[i].change == ROW_UNLIKE && c->rows[i].a->figures.present)
            return STATUS_UNLIKE;
    if (differ + n[ROW_GONE] + c->differ.count || (c->threshold <= 0 && n[ROW_NEW]))
        return STATUS_DIFFERS;
    return n[ROW_UNSURE] ? STATUS_UNSURE : STATUS_OK;
}

static bool run_exact(const struct run *run) {
    for (size_t i = 0; i < run->row_count; i++)
        if (run->rows[i].figures.present && !clock_exact(run->rows[i].clock))
            return false;
    return run->complete;
}

bool comparison_identical_due(const struct comparison *c) {
    return !c->input_count && run_exact(c->a) && run_exact(c->b);
}

void comparison_free(struct comparison *c) {
    for (size_t i = 0; i < c->input_count; i++) {
        free(c->inputs[i].a);
        free(c->inputs[i].b);
    }
    free(c->inputs);
    free(c->rows);
    texts_free(&c->differ);
    free(c);
}
