/* SPDX-License-Identifier: MIT */
/* page_tables.c -- an experiment's rows, folded, a table a clock: first the medians side by side, a
 * column a system, then each row with its spread, its multiples, its place in the raw log and the
 * command that measures it again. */
#include "page/page.h"
#include "base/scope.h"
#include "base/text.h"
#include "result/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- side by side ---- */

static void multiples(struct page *p, const struct table_cell *c) {
    bool of_floor = !isnan(c->of_floor), of_linux = !isnan(c->of_linux);
    if (!of_floor && !of_linux)
        return;
    html_open(p->html, "small", NULL);
    if (of_floor)
        html_text(p->html, "%s floor", page_times(c->of_floor));
    if (of_linux)
        html_text(p->html, "%s%s Linux", of_floor ? " · " : "", page_times(c->of_linux));
    html_close(p->html);
}

static void cell(struct page *p, const struct table_cell *c) {
    struct html *h = p->html;
    if (!c->row) {
        html_line(h, "td", "number none", "–");
        return;
    }
    html_open(h, "td", "class", "number", NULL);
    if (c->row->figures.present) {
        html_line(h, "b", NULL, "%s", page_number(c->row->figures.median));
        multiples(p, c);
    } else {
        html_line(h, "small", NULL, "%s", c->row->state == ROW_MISSING ? "missing" : "no figure");
    }
    html_close(h);
}

void page_family(struct page *p, const struct table *t, size_t line, size_t columns) {
    struct html *h = p->html;
    const struct table_line *lines = t->lines;
    if (line && !strcmp(lines[line].family, lines[line - 1].family))
        return;
    if (line)
        html_close(h);
    bool several = line + 1 < t->line_count && !strcmp(lines[line].family, lines[line + 1].family);
    html_open(h, "tbody", "class", several ? "family" : "single", NULL);
    if (!several)
        return;
    scoped_text char *all = text_format("%zu", columns);
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "rowgroup", "colspan", all, NULL);
    html_text(h, "%s", lines[line].family);
    html_close(h);
    html_close(h);
}

static void side_by_side(struct page *p, const struct table *t) {
    struct html *h = p->html;
    html_open(h, "div", "class", "scroll medians", NULL);
    html_open(h, "table", NULL);
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    html_line(h, "th", NULL, "row");
    for (size_t i = 0; i < t->column_count; i++) {
        html_open(h, "th", "class", "number", NULL);
        html_text(h, "%s", page_system(t->columns[i].system));
        if (*t->columns[i].label)
            html_line(h, "small", NULL, "%s", t->columns[i].label);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    for (size_t i = 0; i < t->line_count; i++) {
        page_family(p, t, i, t->column_count + 1);
        html_open(h, "tr", NULL);
        html_open(h, "th", "scope", "row", NULL);
        html_line(h, "code", NULL, "%s", t->lines[i].name);
        html_close(h);
        for (size_t k = 0; k < t->column_count; k++)
            cell(p, &t->lines[i].cells[k]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    html_close(h);
}

/* ---- each row in full ---- */

static void figures(struct page *p, const struct table_cell *c) {
    const struct figures *f = &c->row->figures;
    struct html *h = p->html;
    html_line(h, "td", "number", "%s", page_number(f->median));
    if (f->p95 > f->p05)
        html_line(h, "td", "number", "%s – %s", page_number(f->p05), page_number(f->p95));
    else
        html_line(h, "td", "number", "%s", page_number(f->p05));
    html_line(h, "td", "number", "%s", page_number(f->has_cold ? f->cold : NAN));
    html_line(h, "td", "number", "%s", page_times(c->of_floor));
    html_line(h, "td", "number", "%s", page_times(c->of_linux));
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

static void one_row(struct page *p, const struct table_cell *c) {
    struct html *h = p->html;
    html_open(h, "tr", "id", c->row->name, NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_line(h, "code", NULL, "%s", c->row->name);
    html_close(h);
    if (c->row->figures.present)
        figures(p, c);
    else
        no_figures(p, c->row);
    origin(p, c->row);
    html_close(h);
}

static void full_caption(struct page *p, const struct experiment *e) {
    struct html *h = p->html;
    scoped_text char *samples = text_format("samples/%s.tsv", e->name);
    html_open(h, "p", "class", "caption", NULL);
    html_text(h, "Net of the empty bracket. Every sample: ");
    html_link(h, samples, "%s", samples);
    html_text(h, ". A row is measured again by ");
    html_line(h, "code", NULL, "./exospin run %s --systems SYSTEM --filter '^ROW$'", e->name);
    html_text(h, ".");
    html_close(h);
}

static void in_full(struct page *p, const struct table *t) {
    static const char *const columns[] = {"median",   "p05 – p95", "cold",
                                          "of floor", "of Linux",  "samples"};
    enum { COLUMNS = sizeof columns / sizeof *columns };
    struct html *h = p->html;
    bool layouts = p->run->layouts > 1;
    html_open(h, "div", "class", "scroll", NULL);
    html_open(h, "table", "class", "full", NULL);
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    html_line(h, "th", NULL, "row");
    for (size_t i = 0; i < COLUMNS; i++)
        html_line(h, "th", "number", "%s", columns[i]);
    if (layouts)
        html_line(h, "th", "number", "spread over layouts");
    html_line(h, "th", NULL, "raw bytes");
    html_close(h);
    html_close(h);
    for (size_t i = 0; i < t->line_count; i++) {
        page_family(p, t, i, COLUMNS + layouts + 2);
        for (size_t k = 0; k < t->column_count; k++)
            if (t->lines[i].cells[k].row)
                one_row(p, &t->lines[i].cells[k]);
    }
    html_close(h);
    html_close(h);
    html_close(h);
}

/* ---- all of it, clock by clock ---- */

/* As many lines as a reader takes in without being asked stand open. */
enum { LINES_OPEN = 16 };

static void tables_of(struct page *p, const struct experiment *e, const struct table *t) {
    struct html *h = p->html;
    bool timed = !clock_is_size(t->clock);
    if (t->line_count > LINES_OPEN)
        html_open(h, "details", NULL);
    else
        html_open(h, "details", "open", "", NULL);
    html_line(h, "summary", NULL, "The systems side by side: medians in %s%s%s, %zu row%s",
              clock_unit(t->clock), timed ? " per " : "", timed ? e->unit : "", t->line_count,
              t->line_count == 1 ? "" : "s");
    side_by_side(p, t);
    html_close(h);
    html_open(h, "details", NULL);
    html_line(h, "summary", NULL,
              "Each row in full, in %s: spread, multiples, its bytes in the raw log, and the "
              "command that measures it again",
              clock_unit(t->clock));
    full_caption(p, e);
    in_full(p, t);
    html_close(h);
    page_wires(p, t);
    page_counters(p, t);
}

void page_tables(struct page *p, const struct chapter *c) {
    bool any = false;
    for (enum clock clock = 0; clock <= CLOCK_NONE; clock++) {
        struct table *t = table_new(p->run, c->experiment->name, clock);
        if (t->line_count)
            tables_of(p, c->experiment, t);
        any = any || t->line_count;
        table_free(t);
    }
    if (!any)
        html_line(p->html, "p", NULL, "No row of this experiment is in this run.");
}
