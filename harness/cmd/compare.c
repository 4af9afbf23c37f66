/* SPDX-License-Identifier: MIT */
/* compare.c -- exospin compare: two runs, inputs first and then row by row. Two runs of the same
 * inputs by an exact clock must also be the same to the byte, and are held to that. */
#include "base/cli.h"
#include "report/comparison.h"
#include "base/die.h"
#include "report/identity.h"
#include "run/run_json.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *dirs[2];
    bool json;
};

static struct run *load(const char *dir) {
    struct failure why;
    struct run *run = run_load(dir, &why);
    if (!run)
        give_up(&why);
    return run;
}

static void print_run(const char *side, const struct run *run) {
    text_print(stdout, "%s  %s: %zu rows by %s, revision %.12s%s%s%s\n", side, run->dir,
               run->row_count, clock_name(run->clock), run->revision,
               run->dirty ? " and uncommitted changes" : "",
               run->complete ? "" : ", partial: ", run->complete ? "" : run->partial);
}

/* Hashes and long lists say no more in full than in short; --json has them whole. */
static void print_inputs(const struct comparison *c) {
    for (size_t i = 0; i < c->input_count; i++) {
        const struct input_difference *d = &c->inputs[i];
        text_print(stdout, "%-8s %s: %.60s%s -> %.60s%s\n", input_kind_name(d->kind), d->what,
                   *d->a ? d->a : "-", strlen(d->a) > 60 ? "..." : "", *d->b ? d->b : "-",
                   strlen(d->b) > 60 ? "..." : "");
    }
}

static void print_rows(const struct comparison *c) {
    for (size_t i = 0; i < c->row_count; i++) {
        const struct row_comparison *row = &c->rows[i];
        char *text = comparison_row_text(row);
        text_print(stdout, "%-14s %-44s %s", row_change_name(row->change), comparison_row_name(row),
                   text);
        free(text);
        bool noisy = row->a && row->b && row->a->figures.present && row->b->figures.present &&
                     row->change != ROW_UNLIKE && !clock_exact(row->a->clock);
        if (noisy)
            printf(" (95 %%: %+.2f to %+.2f %%)", 100 * (row->ratio.low - 1),
                   100 * (row->ratio.high - 1));
        putchar('\n');
    }
}

static void print_counts(const struct comparison *c) {
    printf("%zu rows", c->row_count);
    for (int change = 0; change < ROW_CHANGES; change++)
        if (c->counts[change])
            printf(", %zu %s", c->counts[change], row_change_name((enum row_change)change));
    putchar('\n');
}

static json_t *row_to_json(const struct row_comparison *row) {
    json_t *object = json_object();
    json_object_set_new(object, "name", json_text(comparison_row_name(row)));
    json_object_set_new(object, "verdict", json_string(row_change_name(row->change)));
    const struct row *sides[] = {row->a, row->b};
    bool both = true;
    for (int i = 0; i < 2; i++) {
        bool figure = sides[i] && sides[i]->figures.present;
        both = both && figure;
        json_object_set_new(object, i ? "b" : "a",
                            figure ? json_figure(sides[i]->figures.median) : json_null());
    }
    if (both && row->change != ROW_UNLIKE) {
        json_object_set_new(object, "unit", json_string(clock_unit(row->a->clock)));
        json_object_set_new(object, "ratio_low", json_figure(row->ratio.low));
        json_object_set_new(object, "ratio_high", json_figure(row->ratio.high));
    }
    return object;
}

static void print_json(const struct comparison *c, const struct texts *differ, int status) {
    json_t *root = json_object(), *inputs = json_array(), *rows = json_array();
    json_t *files = json_array();
    for (size_t i = 0; i < c->input_count; i++) {
        json_t *input = json_object();
        json_object_set_new(input, "kind", json_string(input_kind_name(c->inputs[i].kind)));
        json_object_set_new(input, "what", json_text(c->inputs[i].what));
        json_object_set_new(input, "a", json_text(c->inputs[i].a));
        json_object_set_new(input, "b", json_text(c->inputs[i].b));
        json_array_append_new(inputs, input);
    }
    for (size_t i = 0; i < c->row_count; i++)
        json_array_append_new(rows, row_to_json(&c->rows[i]));
    for (size_t i = 0; i < differ->count; i++)
        json_array_append_new(files, json_text(differ->items[i]));
    json_object_set_new(root, "a", json_text(c->a->dir));
    json_object_set_new(root, "b", json_text(c->b->dir));
    json_object_set_new(root, "status", json_integer(status));
    json_object_set_new(root, "inputs", inputs);
    json_object_set_new(root, "rows", rows);
    json_object_set_new(root, "files", files);
    json_dumpf(root, stdout, JSON_ENSURE_ASCII | JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(root);
}

static void print_text(const struct comparison *c, const struct texts *differ, size_t files,
                       int status) {
    print_run("A", c->a);
    print_run("B", c->b);
    print_inputs(c);
    print_rows(c);
    print_counts(c);
    for (size_t i = 0; i < differ->count; i++)
        text_print(stdout, "file     %s\n", differ->items[i]);
    if (files && !differ->count)
        printf("all %zu files are the same to the byte, run.json's time stamps apart\n", files);
    if (status == STATUS_UNLIKE)
        puts("not comparable: rows on unlike clocks, or none in common");
}

int cmd_compare(int argc, char **argv) {
    struct options o = {0};
    const struct cli_option options[] = {
        {"json", NULL, "print the comparison as JSON", .flag = &o.json}, {0}};
    cli_parse(
        &(struct cli){"DIR_A DIR_B",
                      "Compares two runs row by row: faster, slower, same or cannot tell; "
                      "missing and new rows are listed. Rows of an exact clock compare sample "
                      "by sample; rows by tsc and of the host by the medians of at least 5 "
                      "fresh boots a side, with the bootstrap interval of their ratio and the "
                      "noise that each side shows against itself. Unlike clocks are refused."
                      "\vExit status: 0 same, 1 differs (faster, slower, missing, new), 2 "
                      "cannot tell, 3 not comparable.",
                      options, o.dirs, 2, 2, NULL},
        argc, argv);
    struct run *a = load(o.dirs[0]), *b = load(o.dirs[1]);
    struct comparison *c = comparison_make(a, b);
    int status = comparison_status(c);
    struct texts differ = {0};
    size_t files = 0;
    struct failure why;
    if (comparison_identical_due(c) && identity_compare(a->dir, b->dir, &differ, &files, &why))
        give_up(&why);
    if (differ.count && (status == STATUS_OK || status == STATUS_UNSURE))
        status = STATUS_DIFFERS;
    if (o.json)
        print_json(c, &differ, status);
    else
        print_text(c, &differ, files, status);
    texts_free(&differ);
    comparison_free(c);
    run_free(a);
    run_free(b);
    return status;
}
