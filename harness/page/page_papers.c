/* SPDX-License-Identifier: MIT */
/* page_papers.c -- the rows of the papers that an experiment answers to, with ours beside them:
 * what was printed, its multiple of the paper's own baseline, and the same multiple here.
 * Microseconds of 1995 and instructions of today share no unit, so only the multiples are to be
 * compared. */
#include "page/page.h"
#include "base/assert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct document_pair *pair_of(const struct beside *b, const char *system) {
    const struct document_pair *pairs = b->pairs.items;
    for (size_t i = 0; i < b->pairs.count; i++)
        if (!strcmp(pairs[i].key, system))
            return &pairs[i];
    return NULL;
}

/* Our row for the paper's SYSTEM, "*" filled in; null if there is none with a figure. */
static const struct row *our_row(const struct page *p, const struct beside *b, const char *system,
                                 const char *star) {
    const struct document_pair *pair = pair_of(b, system);
    if (!pair)
        return NULL;
    char *name = row_fill(pair->value, star);
    const struct row *row = run_row(p->run, name);
    free(name);
    return row && row->figures.present ? row : NULL;
}

/* Theirs: printed / printed for the baseline on the same machine. */
static double their_multiple(const struct paper *paper, const struct beside *b,
                             const struct paper_row *row) {
    size_t from = 0;
    const struct paper_row *base;
    while (b->of && (base = paper_next(paper, &from, row->experiment, b->of, row->platform)))
        if (!strcmp(base->row, row->row) && !strcmp(base->unit, row->unit))
            return row->number / base->number;
    return NAN;
}

static double our_multiple(const struct page *p, const struct beside *b, const struct row *row,
                           const char *star) {
    const struct row *base = b->of ? our_row(p, b, b->of, star) : NULL;
    if (!row || !base || base->clock != row->clock)
        return NAN;
    return row->figures.median / base->figures.median;
}

static void one_row(struct page *p, const struct paper *paper, const struct beside *b,
                    const struct paper_row *row, const char *star) {
    struct html *h = p->html;
    const struct row *ours = our_row(p, b, row->system, star);
    assert_that(pair_of(b, row->system)); /* one_beside looked */
    char *name = row_fill(pair_of(b, row->system)->value, star);
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_text(h, "%s", row->row);
    html_line(h, "small", NULL, "%s, table %s, %s", row->provenance, row->paper_table,
              row->platform);
    html_close(h);
    html_line(h, "td", NULL, "%s", row->system);
    html_open(h, "td", "class", "number", NULL);
    html_text(h, "%s %s", row->value, row->unit);
    if (!row->seen)
        page_dagger(p);
    html_close(h);
    html_line(h, "td", "number", "%s", page_times(their_multiple(paper, b, row)));
    html_line(h, "td", "number strong", "%s", page_times(our_multiple(p, b, ours, star)));
    html_open(h, "td", NULL);
    html_name(h, name);
    if (ours)
        html_text(h, " = %s %s", page_number(ours->figures.median), clock_unit(ours->clock));
    else
        html_line(h, "small", NULL, " not in this run");
    html_close(h);
    html_close(h);
    free(name);
}

static void one_beside(struct page *p, const struct beside *b) {
    struct failure why;
    char star[128];
    const struct paper *paper = shelf_find(p->shelf, b->table, &why);
    for (size_t from = 0; paper;) {
        const struct paper_row *row = paper_next(paper, &from, NULL, NULL, NULL);
        if (!row)
            break;
        if (row_fits(b->row, row->experiment, star, sizeof star) && pair_of(b, row->system))
            one_row(p, paper, b, row, star);
    }
}

void page_papers(struct page *p, const struct chapter *c) {
    static const char *const columns[] = {"what was measured", "system", "printed",
                                          "multiple there",    "here",   "our row"};
    const struct beside *besides = c->experiment->papers.items;
    struct html *h = p->html;
    if (!c->experiment->papers.count)
        return;
    html_open(h, "details", NULL);
    html_open(h, "summary", NULL);
    html_text(h, "The papers' rows beside ours: each system as a multiple of the paper's baseline, "
                 "there and here (");
    page_dagger(p);
    html_text(h, " recalled, not read in the source)");
    html_close(h);
    html_open(h, "div", "class", "scroll", NULL);
    html_open(h, "table", NULL);
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        html_line(h, "th", i >= 2 && i <= 4 ? "number" : NULL, "%s", columns[i]);
    html_close(h);
    html_close(h);
    for (size_t i = 0; i < c->experiment->papers.count; i++)
        one_beside(p, &besides[i]);
    html_close(h);
    html_close(h);
    html_close(h);
}
