/* SPDX-License-Identifier: MIT */
/* comparison_print.c -- a comparison for a person, and for a program. */
#include "report/comparison.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {"build", "machine", "option"};

/* "spin image", or "qemu" of the whole run; a new string. */
static char *input_name(const struct input_difference *d) {
    if (!d->boot)
        return text_copy(d->name);
    const struct boot *b = d->boot;
    return text_format("%s%s%s %s", b->system, *b->label ? "/" : "", b->label, d->name);
}

static bool has_figures(const struct row_comparison *row) {
    return row->a && row->b && row->a->figures.present && row->b->figures.present;
}

/* Whether the one figure is some times the other. */
static bool has_ratio(const struct row_comparison *row) {
    return has_figures(row) && row->change != ROW_UNLIKE;
}

/* How far the row went, as a part of what it was. */
static double distance(const struct row_comparison *row) {
    return has_ratio(row) ? fmax(fabs(row->ratio.low - 1), fabs(row->ratio.high - 1)) : 0;
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

static void print_run(const char *side, const struct run *run) {
    text_print(stdout, "%s  %s: %zu row%s by %s, revision %.12s%s%s%s\n", side, run->dir,
               run->row_count, plural(run->row_count), clock_name(run->clock), run->revision,
               run->dirty ? " and uncommitted changes" : "",
               run->complete ? "" : ", partial: ", run->complete ? "" : run->partial);
}

/* Hashes and long lists say no more in full than in short; JSON has them whole. */
static char *input_text(const char *value) {
    return text_format("%.60s%s", *value ? value : "-", strlen(value) > 60 ? "..." : "");
}

static void print_inputs(const struct comparison *c) {
    for (size_t i = 0; i < c->input_count; i++) {
        const struct input_difference *d = &c->inputs[i];
        scoped_text char *name = input_name(d), *a = input_text(d->a), *b = input_text(d->b);
        text_print(stdout, "%-8s %s: %s -> %s\n", kind_names[d->kind], name, a, b);
    }
}

/* Whether the row is not as it should be. */
static bool is_told(const struct comparison *c, const struct row_comparison *row) {
    return !(row->change == ROW_SAME || row->change == ROW_UNASKED ||
             (row->change == ROW_NEW && c->threshold > 0) ||
             (row->change == ROW_UNLIKE && !has_figures(row)));
}

/* NAME_WIDTH: what a row's name is padded to. */
static void print_row(const struct comparison *c, const struct row_comparison *row,
                      size_t name_width) {
    scoped_text char *text = comparison_row_text(row);
    text_print(stdout, "%-14s %-*s %s", row_change_name(row->change), (int)name_width,
               comparison_row_name(row), text);
    if (has_ratio(row) && !clock_exact(row->a->clock))
        printf(" (95 %%: %+.2f to %+.2f %%)", 100 * (row->ratio.low - 1),
               100 * (row->ratio.high - 1));
    if (is_told(c, row) && row->a && row->b) {
        scoped_text char *inputs = comparison_row_inputs(c, row);
        printf("; %s%s", *inputs ? "differing inputs: " : "all inputs are the same", inputs);
    }
    putchar('\n');
}

/* What is sorted: a structure, since clang-tidy takes the size of a pointer for a mistake. */
struct told {
    const struct row_comparison *row;
};

/* The worst first: what no longer holds or is no longer there, what became slower, most of all
 * first, what cannot be told or judged, what became faster, and last what is as it was. */
static int told_order(const void *left, const void *right) {
    static const int weight[ROW_CHANGES] = {
        [ROW_GONE] = 1,   [ROW_SLOWER] = 2, [ROW_CHANGED] = 3, [ROW_UNLIKE] = 4, [ROW_UNSURE] = 5,
        [ROW_FASTER] = 6, [ROW_MOVED] = 7,  [ROW_NEW] = 8,     [ROW_SAME] = 9,   [ROW_UNASKED] = 9};
    const struct row_comparison *a = ((const struct told *)left)->row;
    const struct row_comparison *b = ((const struct told *)right)->row;
    bool a_fails = a->b && a->b->verdict == VERDICT_FAIL && a->change != ROW_SAME;
    bool b_fails = b->b && b->b->verdict == VERDICT_FAIL && b->change != ROW_SAME;
    if (a_fails != b_fails)
        return b_fails - a_fails;
    if (weight[a->change] != weight[b->change])
        return weight[a->change] - weight[b->change];
    bool either_way = a->change == ROW_MOVED;
    double a_far = either_way ? distance(a) : a->ratio.low;
    double b_far = either_way ? distance(b) : b->ratio.low;
    if (a->change != ROW_SAME && a_far != b_far)
        return a_far > b_far ? -1 : 1;
    return a < b ? -1 : a > b; /* both point into one array */
}

/* Of the rows that moved and may, so many: another compiler moves hundreds. */
enum { MOVED_SHOWN = 10 };

/* Keeps of the sorted ROWS those that are printed; the first of the moved ones that are not goes to
 * *hidden, their number is given. */
static size_t choose(const struct comparison *c, struct told *rows, size_t *count,
                     const struct row_comparison **hidden) {
    size_t kept = 0, moved = 0;
    for (size_t i = 0; i < c->row_count; i++) {
        const struct row_comparison *row = rows[i].row;
        moved += row->change == ROW_MOVED;
        if (row->change == ROW_MOVED && moved == MOVED_SHOWN + 1)
            *hidden = row;
        if (is_told(c, row) && (row->change != ROW_MOVED || moved <= MOVED_SHOWN))
            rows[kept++] = rows[i];
    }
    *count = kept;
    return moved > MOVED_SHOWN ? moved - MOVED_SHOWN : 0;
}

static void print_rows(const struct comparison *c, bool all) {
    struct told *rows = memory_new(c->row_count + 1, sizeof *rows);
    size_t count = c->row_count, widest = 44; /* or as the longest name wants it */
    const struct row_comparison *hidden = NULL;
    for (size_t i = 0; i < count; i++)
        rows[i].row = &c->rows[i];
    qsort(rows, count, sizeof *rows, told_order);
    size_t more = all ? 0 : choose(c, rows, &count, &hidden);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(comparison_row_name(rows[i].row));
        widest = length > widest ? length : widest;
    }
    for (size_t i = 0; i < count; i++)
        print_row(c, rows[i].row, widest);
    if (more)
        printf("%zu more row%s moved by at most %.2g %%; --all prints them\n", more, plural(more),
               100 * distance(hidden));
    free(rows);
}

static void print_counts(const struct comparison *c) {
    printf("%zu row%s", c->row_count, plural(c->row_count));
    for (int change = 0; change < ROW_CHANGES; change++)
        if (c->counts[change])
            printf(", %zu %s", c->counts[change], row_change_name((enum row_change)change));
    putchar('\n');
}

/* Why the two are not comparable: a sentence. */
static void print_unlike(const struct comparison *c) {
    size_t common = 0, unlike = 0;
    const struct row_comparison *first = NULL;
    for (size_t i = 0; i < c->row_count; i++) {
        const struct row_comparison *row = &c->rows[i];
        if (!row->a || !row->b)
            continue;
        common++;
        if (row->change != ROW_UNLIKE || !has_figures(row))
            continue;
        unlike++;
        first = first ? first : row;
    }
    if (first)
        text_print(stdout,
                   "not comparable: %zu of %zu common row%s are by unlike clocks, %s by %s in %s "
                   "and by %s in %s\n",
                   unlike, common, plural(common), first->a->name, clock_name(first->a->clock),
                   c->a->dir, clock_name(first->b->clock), c->b->dir);
    else if (common)
        text_print(
            stdout,
            "not comparable: of the %zu row%s that %s and %s have in common none has a figure in both\n",
            common, plural(common), c->a->dir, c->b->dir);
    else
        text_print(stdout, "not comparable: %s and %s have no row in common\n", c->a->dir,
                   c->b->dir);
}

void comparison_print(const struct comparison *c, bool all) {
    bool unlike = comparison_status(c) == STATUS_UNLIKE;
    if (unlike)
        print_unlike(c);
    if (unlike && !all)
        return;
    print_run("A", c->a);
    print_run("B", c->b);
    print_inputs(c);
    print_rows(c, all);
    print_counts(c);
    if (comparison_only_new(c))
        printf("nothing but new rows: none of them is in A, so nothing was verified\n");
    for (size_t i = 0; i < c->differ.count; i++)
        text_print(stdout, "file     %s\n", c->differ.items[i]);
    if (c->files && !c->differ.count)
        printf("all %zu files are the same to the byte, run.json's time stamps apart\n", c->files);
}

static json_t *row_to_json(const struct row_comparison *row) {
    const struct row *sides[] = {row->a, row->b};
    json_t *object = json_object();
    json_object_set_new(object, "name", json_text(comparison_row_name(row)));
    json_object_set_new(object, "verdict", json_string(row_change_name(row->change)));
    for (int i = 0; i < 2; i++)
        json_object_set_new(object, i ? "b" : "a",
                            sides[i] && sides[i]->figures.present
                                ? json_figure(sides[i]->figures.median)
                                : json_null());
    if (row->a && has_ratio(row)) {
        json_object_set_new(object, "unit", json_string(clock_unit(row->a->clock)));
        json_object_set_new(object, "ratio_low", json_figure(row->ratio.low));
        json_object_set_new(object, "ratio_high", json_figure(row->ratio.high));
    }
    return object;
}

static json_t *input_to_json(const struct input_difference *d) {
    scoped_text char *name = input_name(d);
    return json_pack("{s:s, s:o, s:o, s:o}", "kind", kind_names[d->kind], "what", json_text(name),
                     "a", json_text(d->a), "b", json_text(d->b));
}

void comparison_print_json(const struct comparison *c) {
    json_t *inputs = json_array(), *rows = json_array(), *files = json_array();
    for (size_t i = 0; i < c->input_count; i++)
        json_array_append_new(inputs, input_to_json(&c->inputs[i]));
    for (size_t i = 0; i < c->row_count; i++)
        json_array_append_new(rows, row_to_json(&c->rows[i]));
    for (size_t i = 0; i < c->differ.count; i++)
        json_array_append_new(files, json_text(c->differ.items[i]));
    json_t *root = json_pack("{s:o, s:o, s:i, s:o, s:o, s:o}", "a", json_text(c->a->dir), "b",
                             json_text(c->b->dir), "status", comparison_status(c), "inputs", inputs,
                             "rows", rows, "files", files);
    json_dumpf(root, stdout, JSON_ENSURE_ASCII | JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(root);
}
