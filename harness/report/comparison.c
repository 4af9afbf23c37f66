/* SPDX-License-Identifier: MIT */
/* comparison.c -- two runs held against each other, first their inputs, then their rows. */
#include "report/comparison.h"
#include "base/memory.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *row_change_name(enum row_change change) {
    static const char *const names[] = {"same",    "faster",  "slower", "cannot tell",
                                        "changed", "missing", "new",    "not comparable"};
    return names[change];
}

const char *input_kind_name(enum input_kind kind) {
    static const char *const names[] = {"build", "machine", "option"};
    return names[kind];
}

static void input_compare(struct comparison *c, enum input_kind kind, const char *what,
                          const char *a, const char *b) {
    if (!strcmp(a, b))
        return;
    c->inputs = array_grow(c->inputs, c->input_count, sizeof *c->inputs);
    c->inputs[c->input_count++] =
        (struct input_difference){kind, text_copy(what), text_copy(a), text_copy(b)};
}

static void number_compare(struct comparison *c, const char *what, unsigned a, unsigned b) {
    char *left = text_format("%u", a), *right = text_format("%u", b);
    input_compare(c, INPUT_OPTION, what, left, right);
    free(left);
    free(right);
}

static void list_compare(struct comparison *c, enum input_kind kind, const char *what,
                         const struct texts *a, const struct texts *b) {
    char *left = texts_join(a, " "), *right = texts_join(b, " ");
    input_compare(c, kind, what, left, right);
    free(left);
    free(right);
}

static void tools_compare(struct comparison *c) {
    const struct run *sides[] = {c->a, c->b};
    struct texts done = {0};
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i + 1 < sides[side]->tools.count; i += 2) {
            const char *tool = sides[side]->tools.items[i];
            if (texts_has(&done, tool))
                continue;
            texts_add(&done, tool);
            enum input_kind kind = strstr(tool, "compiler") ? INPUT_BUILD : INPUT_MACHINE;
            input_compare(c, kind, tool, run_tool(c->a, tool), run_tool(c->b, tool));
        }
    texts_free(&done);
}

/* The boot of the other run that answers to B: same system, label, repetition and layout; or the
 * first of the same system and label; or null. */
static const struct boot *boot_like(const struct run *run, const struct boot *b) {
    const struct boot *like = NULL;
    for (size_t i = 0; i < run->boot_count; i++) {
        const struct boot *other = &run->boots[i];
        if (strcmp(other->system, b->system) != 0 || strcmp(other->label, b->label) != 0)
            continue;
        if (other->boot == b->boot && other->layout == b->layout)
            return other;
        if (!like)
            like = other;
    }
    return like;
}

static void boot_compare(struct comparison *c, const struct boot *a, const struct boot *b) {
    char *name = text_format("%s%s%s ", a->system, *a->label ? "/" : "", a->label);
    char *image = text_format("%simage", name), *id = text_format("%sbuild id", name);
    char *qemu = text_format("%sQEMU arguments", name), *line = text_format("%scommand line", name);
    char *plan = text_format("%splan", name);
    input_compare(c, INPUT_BUILD, image, a->image_sha256, b->image_sha256);
    input_compare(c, INPUT_BUILD, id, a->build_id, b->build_id);
    list_compare(c, INPUT_MACHINE, qemu, &a->qemu, &b->qemu);
    input_compare(c, INPUT_OPTION, line, a->command_line, b->command_line);
    list_compare(c, INPUT_OPTION, plan, &a->plan, &b->plan);
    free(name);
    free(image);
    free(id);
    free(qemu);
    free(line);
    free(plan);
}

static void inputs_compare(struct comparison *c) {
    const struct run *a = c->a, *b = c->b;
    input_compare(c, INPUT_BUILD, "revision", a->revision, b->revision);
    input_compare(c, INPUT_BUILD, "uncommitted changes", a->dirty ? "yes" : "no",
                  b->dirty ? "yes" : "no");
    tools_compare(c);
    input_compare(c, INPUT_MACHINE, "processor", a->host_cpu, b->host_cpu);
    input_compare(c, INPUT_MACHINE, "host kernel", a->host_kernel, b->host_kernel);
    input_compare(c, INPUT_OPTION, "clock", clock_name(a->clock), clock_name(b->clock));
    input_compare(c, INPUT_OPTION, "via", a->via, b->via);
    input_compare(c, INPUT_OPTION, "filter", a->filter, b->filter);
    number_compare(c, "seed", a->seed, b->seed);
    number_compare(c, "samples", a->samples, b->samples);
    number_compare(c, "layouts", a->layouts, b->layouts);
    list_compare(c, INPUT_OPTION, "experiments", &a->experiments, &b->experiments);
    list_compare(c, INPUT_OPTION, "systems", &a->systems, &b->systems);
    for (size_t i = 0; i < a->boot_count; i++) {
        const struct boot *like = boot_like(b, &a->boots[i]);
        if (like)
            boot_compare(c, &a->boots[i], like);
    }
}

char *comparison_row_inputs(const struct comparison *c, const struct row_comparison *row) {
    struct texts differ = {0};
    const struct boot *a = run_trial_boot(c->a, &row->a->trials[0]);
    const struct boot *b = run_trial_boot(c->b, &row->b->trials[0]);
    if (strcmp(a->image_sha256, b->image_sha256) != 0)
        texts_add(&differ, "image");
    const char *compiler = strcmp(a->system, "linux") ? "compiler" : "linux_compiler";
    if (strcmp(run_tool(c->a, compiler), run_tool(c->b, compiler)) != 0)
        texts_add(&differ, "compiler");
    if (strcmp(run_tool(c->a, "qemu"), run_tool(c->b, "qemu")) != 0)
        texts_add(&differ, "QEMU");
    char *left = texts_join(&a->qemu, " "), *right = texts_join(&b->qemu, " ");
    if (strcmp(left, right) != 0)
        texts_add(&differ, "machine");
    free(left);
    free(right);
    if (strcmp(a->command_line, b->command_line) != 0)
        texts_add(&differ, "boot command line");
    left = texts_join(&a->plan, " ");
    right = texts_join(&b->plan, " ");
    if (strcmp(left, right) != 0)
        texts_add(&differ, "plan");
    free(left);
    free(right);
    if (!strcmp(a->system, "linux") &&
        strcmp(run_tool(c->a, "linux_package"), run_tool(c->b, "linux_package")) != 0)
        texts_add(&differ, "Linux package");
    left = texts_join(&differ, ", ");
    texts_free(&differ);
    return left;
}

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
    double a = row->a->figures.median, b = row->b->figures.median;
    return a == b ? 1 : b / a;
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
    return exact_equal(a, b) ? ROW_SAME : ROW_CHANGED;
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

static void row_add(struct comparison *c, const struct row *a, const struct row *b) {
    c->rows = array_grow(c->rows, c->row_count, sizeof *c->rows);
    struct row_comparison *row = &c->rows[c->row_count++];
    *row = (struct row_comparison){.a = a, .b = b};
    row->change = row_compare(c, row);
    c->counts[row->change]++;
}

struct comparison *comparison_make(const struct run *a, const struct run *b) {
    struct comparison *c = memory_new(1, sizeof *c);
    c->a = a;
    c->b = b;
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

char *comparison_row_text(const struct row_comparison *row) {
    char *a = side_text(row->a), *b = side_text(row->b), *text;
    bool both = row->a && row->b && row->a->figures.present && row->b->figures.present;
    if (both && row->change != ROW_UNLIKE) {
        text = text_format("%s -> %s %s, %+.2f %%%s", a, b, clock_unit(row->b->clock),
                           100 * (median_ratio(row) - 1),
                           row->change == ROW_CHANGED ? ", other samples" : "");
    } else if (both) {
        text =
            text_format("%s %s, %s %s", a, clock_unit(row->a->clock), b, clock_unit(row->b->clock));
    } else {
        const char *why = row->b ? row->b->why : "";
        text = text_format("%s -> %s%s%s", a, b, *why ? ": " : "", why);
    }
    free(a);
    free(b);
    return text;
}

int comparison_status(const struct comparison *c) {
    const size_t *n = c->counts;
    size_t compared = n[ROW_SAME] + n[ROW_FASTER] + n[ROW_SLOWER] + n[ROW_UNSURE] + n[ROW_CHANGED];
    for (size_t i = 0; i < c->row_count; i++) {
        const struct row_comparison *row = &c->rows[i];
        if (row->change == ROW_UNLIKE && row->a->figures.present)
            return STATUS_UNLIKE;
    }
    if (!compared)
        return STATUS_UNLIKE;
    if (n[ROW_FASTER] + n[ROW_SLOWER] + n[ROW_CHANGED] + n[ROW_GONE] + n[ROW_NEW])
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
        free(c->inputs[i].what);
        free(c->inputs[i].a);
        free(c->inputs[i].b);
    }
    free(c->inputs);
    free(c->rows);
    free(c);
}
