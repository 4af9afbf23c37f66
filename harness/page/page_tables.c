/* SPDX-License-Identifier: MIT */
/* page_tables.c -- an experiment's rows: first the medians side by side, a column a system, then
 * each row with its spread, its multiples, its place in the raw log and the command that measures
 * it again. */
#include "page/page.h"
#include "base/scope.h"
#include "base/memory.h"
#include "run/kin.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_bench_of(const struct row *row, const struct experiment *e) {
    return row->kind == ROW_BENCH && !strcmp(row->experiment, e->name);
}

/* A column of the medians side by side: a system, with the label of its boots. */
struct column {
    const char *system, *label;
};

/* What the medians side by side consist of, in the order in which E's rows come. */
struct grid {
    struct column *columns;
    size_t column_count;
    struct texts specs; /* names without a system */
};

static void add_column(struct grid *g, const char *system, const char *label) {
    for (size_t i = 0; i < g->column_count; i++)
        if (!strcmp(g->columns[i].system, system) && !strcmp(g->columns[i].label, label))
            return;
    g->columns = memory_resize(g->columns, g->column_count + 1, sizeof *g->columns);
    g->columns[g->column_count++] = (struct column){system, label};
}

static struct grid gather(const struct page *p, const struct experiment *e) {
    struct grid g = {0};
    for (size_t i = 0; i < p->run->row_count; i++) {
        const struct row *row = &p->run->rows[i];
        if (!is_bench_of(row, e))
            continue;
        add_column(&g, row->system, row_label(p->run, row));
        scoped_text char *spec = row_spec(p->run, row);
        texts_add_new(&g.specs, spec);
    }
    return g;
}

static const char *unit_of(const struct row *row) {
    return clock_unit(row->clock);
}

static void cell(struct page *p, const struct row *row) {
    struct html *h = p->html;
    if (!row) {
        html_line(h, "td", "number none", "–");
        return;
    }
    html_open(h, "td", "class", "number", NULL);
    if (!row->figures.present) {
        html_line(h, "small", NULL, "%s", row->state == ROW_MISSING ? "missing" : "no figure");
        html_close(h);
        return;
    }
    double floor_times = row_multiple(p->run, row, "floor");
    double linux_times = row_multiple(p->run, row, "linux");
    html_line(h, "b", NULL, "%s", page_number(row->figures.median));
    if (row->clock != p->run->clock)
        html_line(h, "small", NULL, "%s", unit_of(row));
    if (!isnan(floor_times))
        html_line(h, "small", NULL, "%s floor", page_times(floor_times));
    if (!isnan(linux_times))
        html_line(h, "small", NULL, "%s Linux", page_times(linux_times));
    html_close(h);
}

static void grid_row(struct page *p, const struct grid *g, const char *spec) {
    struct html *h = p->html;
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_line(h, "code", NULL, "%s", spec);
    html_close(h);
    for (size_t i = 0; i < g->column_count; i++) {
        const struct column *c = &g->columns[i];
        scoped_text char *name =
            text_format("%s:%s%s%s", c->system, spec, *c->label ? "/" : "", c->label);
        cell(p, run_row(p->run, name));
    }
    html_close(h);
}

static void side_by_side(struct page *p, const struct experiment *e, const struct grid *g) {
    struct html *h = p->html;
    html_line(h, "p", "caption", "Medians in %s per %s", clock_unit(p->run->clock), e->unit);
    html_open(h, "div", "class", "scroll medians", NULL);
    html_open(h, "table", NULL);
    html_open(h, "tr", NULL);
    html_line(h, "th", NULL, "row");
    for (size_t i = 0; i < g->column_count; i++) {
        html_open(h, "th", "class", "number", NULL);
        html_text(h, "%s", g->columns[i].system);
        if (*g->columns[i].label)
            html_line(h, "small", NULL, "%s", g->columns[i].label);
        html_close(h);
    }
    html_close(h);
    for (size_t i = 0; i < g->specs.count; i++)
        grid_row(p, g, g->specs.items[i]);
    html_close(h);
    html_close(h);
}

/* Whether a column for the clock is wanted: rows of another clock than the run's. */
static bool has_clocks(const struct page *p, const struct experiment *e) {
    for (size_t i = 0; i < p->run->row_count; i++)
        if (is_bench_of(&p->run->rows[i], e) && p->run->rows[i].clock != p->run->clock)
            return true;
    return false;
}

static void figures(struct page *p, const struct row *row) {
    const struct figures *f = &row->figures;
    struct html *h = p->html;
    html_line(h, "td", "number", "%s", page_number(f->median));
    if (f->p95 > f->p05)
        html_line(h, "td", "number", "%s – %s", page_number(f->p05), page_number(f->p95));
    else
        html_line(h, "td", "number", "%s", page_number(f->p05));
    html_line(h, "td", "number", "%s", page_number(f->has_cold ? f->cold : NAN));
    html_line(h, "td", "number", "%s", page_times(row_multiple(p->run, row, "floor")));
    html_line(h, "td", "number", "%s", page_times(row_multiple(p->run, row, "linux")));
    html_line(h, "td", "number", "%zu", f->samples);
    if (p->run->layouts > 1)
        html_line(h, "td", "number", "%s", page_number(f->spread));
}

static void no_figures(struct page *p, const struct row *row) {
    const char *why = row_state_name(row->state);
    if (row->verdict == VERDICT_SKIP)
        why = row->why;
    else if (row->clock == CLOCK_NONE && row->state == ROW_COMPLETE)
        why = "the boot has neither an exact nor a real clock";
    html_open(p->html, "td", "colspan", p->run->layouts > 1 ? "7" : "6", NULL);
    html_text(p->html, "no figure: %s", why);
    html_close(p->html);
}

/* Where the row's bytes are, and the command that measures it again. */
static void origin(struct page *p, const struct row *row) {
    struct html *h = p->html;
    scoped_text char *command = page_command(p->run, row);
    html_open(h, "td", "class", "origin", NULL);
    for (size_t i = 0; i < row->trial_count; i++)
        if (row->trials[i].line) {
            page_raw_link(p, &row->trials[i]);
            if (i + 1 < row->trial_count) {
                html_open(h, "br", NULL);
                html_close(h);
            }
            html_text(h, " ");
        }
    html_open(h, "details", NULL);
    html_line(h, "summary", NULL, "again");
    html_line(h, "code", "command", "%s", command);
    html_close(h);
    html_close(h);
}

static void one_row(struct page *p, const struct row *row, bool with_clock) {
    struct html *h = p->html;
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_line(h, "code", NULL, "%s", row->name);
    html_close(h);
    if (row->figures.present)
        figures(p, row);
    else
        no_figures(p, row);
    if (with_clock)
        html_line(h, "td", NULL, "%s, %s", clock_name(row->clock), unit_of(row));
    origin(p, row);
    html_close(h);
}

static void full_caption(struct page *p, const struct experiment *e) {
    struct html *h = p->html;
    scoped_text char *samples = text_format("samples/%s.tsv", e->name);
    html_open(h, "p", "class", "caption", NULL);
    html_text(h, "Each row in full, net of the empty bracket. Every sample: ");
    html_link(h, samples, "%s", samples);
    html_text(h, ". A row is measured again by ");
    html_line(h, "code", NULL, "./exospin run %s --systems SYSTEM --filter '^ROW$'", e->name);
    html_text(h, ".");
    html_close(h);
}

static void in_full(struct page *p, const struct experiment *e) {
    static const char *const columns[] = {"median",   "p05 – p95", "cold",
                                          "of floor", "of Linux",  "samples"};
    struct html *h = p->html;
    bool with_clock = has_clocks(p, e);
    full_caption(p, e);
    html_open(h, "div", "class", "scroll", NULL);
    html_open(h, "table", "class", "full", NULL);
    html_open(h, "tr", NULL);
    html_line(h, "th", NULL, "row");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        html_line(h, "th", "number", "%s", columns[i]);
    if (p->run->layouts > 1)
        html_line(h, "th", "number", "spread over layouts");
    if (with_clock)
        html_line(h, "th", NULL, "clock");
    html_line(h, "th", NULL, "raw bytes");
    html_close(h);
    for (size_t i = 0; i < p->run->row_count; i++)
        if (is_bench_of(&p->run->rows[i], e))
            one_row(p, &p->run->rows[i], with_clock);
    html_close(h);
    html_close(h);
}

void page_tables(struct page *p, const struct chapter *c) {
    struct grid g = gather(p, c->experiment);
    if (g.specs.count) {
        side_by_side(p, c->experiment, &g);
        in_full(p, c->experiment);
    } else
        html_line(p->html, "p", NULL, "No row of this experiment is in this run.");
    texts_free(&g.specs);
    free(g.columns);
}
