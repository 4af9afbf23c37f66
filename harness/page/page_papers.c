/* SPDX-License-Identifier: MIT */
/* page_papers.c -- the rows of the papers that an experiment answers to, with ours beside them:
 * what was printed, its multiple of the paper's own baseline, and the same multiple here.
 * Microseconds of 1995 and instructions of today share no unit, so only the multiples are to be
 * compared. */
#include "page/counterpart.h"

static void one_row(struct page *p, const struct counterpart *c) {
    struct html *h = p->html;
    const struct paper_row *row = c->theirs;
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
    html_line(h, "td", "number", "%s", page_times(c->then));
    html_line(h, "td", "number strong", "%s", page_times(c->now));
    html_open(h, "td", NULL);
    html_name(h, c->name);
    if (c->ours)
        html_text(h, " = %s", page_amount(c->ours->figures.median, c->ours->clock));
    else
        html_line(h, "small", NULL, " not in this run");
    html_close(h);
    html_close(h);
}

void page_papers(struct page *p, const struct chapter *c) {
    static const char *const columns[] = {"what was measured", "system", "printed",
                                          "multiple there",    "here",   "our row"};
    struct html *h = p->html;
    size_t count;
    struct counterpart *all = counterparts(p, c->experiment, &count);
    if (!count)
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
    for (size_t i = 0; i < count; i++)
        one_row(p, &all[i]);
    counterparts_free(all, count);
    html_close(h);
    html_close(h);
    html_close(h);
}
