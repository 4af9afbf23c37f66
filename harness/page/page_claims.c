/* SPDX-License-Identifier: MIT */
/* page_claims.c -- the verdicts as one table, those that fail first: the paper's sentence, its
 * figure, ours, the verdict. Below each, folded: what is checked, each pair of rows, and where the
 * paper's numbers stand. */
#include "page/page.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A mark and a class beside the words: colour alone tells nobody anything on paper. */
static const struct {
    const char *mark, *class;
} looks[] = {
    [OUTCOME_REPRODUCED] = {"✓", "good"},
    [OUTCOME_MISSED] = {"✗", "bad"},
    [OUTCOME_NONE] = {"?", "open"},
    [OUTCOME_INAPPLICABLE] = {"–", "open"},
};

/* ---- a claim's pairs and papers, unfolded ---- */

static void side(struct page *p, const char *name, const struct row *row) {
    scoped_text char *place = text_format("#%s", name);
    html_open(p->html, "a", "href", row ? place : "#verdicts", NULL);
    html_name(p->html, name);
    html_close(p->html);
    if (!row) {
        html_text(p->html, " (no figure)");
        return;
    }
    html_text(p->html, " = ");
    html_line(p->html, "b", NULL, "%s", page_number(row->figures.median));
    if (!clock_exact(row->clock))
        html_text(p->html, " [%s, %s]", page_number(row->figures.low),
                  page_number(row->figures.high));
}

/* "exo:syscall/null = 25, at most 2 × floor:syscall/null = 17, that is 34: holds" */
static void one_case(struct page *p, const struct claim_case *c) {
    const struct relation *r = c->relation;
    double times = r->at_most > 0 ? r->at_most : r->at_least;
    html_open(p->html, "li", NULL);
    side(p, c->row, c->ours);
    html_text(p->html, ", at %s ", r->at_most > 0 ? "most" : "least");
    if (times != 1)
        html_text(p->html, "%s × ", page_number(times));
    side(p, c->of, c->to);
    if (r->plus > 0)
        html_text(p->html, " + %s", page_number(r->plus));
    if (!isnan(c->bound)) {
        if (times != 1 || r->plus > 0)
            html_text(p->html, ", that is %s", page_number(c->bound));
        html_text(p->html, ": ");
        html_line(p->html, "b", NULL, "%s",
                  c->holds   ? "holds"
                  : c->fails ? "does not hold"
                             : "cannot tell");
        if (!isnan(c->ratio))
            html_text(p->html, " (ratio %s)", page_number(c->ratio));
    }
    html_close(p->html);
}

static void paper(struct page *p, const struct claim_paper *c) {
    struct html *h = p->html;
    const struct evidence *g = c->evidence;
    html_open(h, "li", NULL);
    html_text(h, "The paper: ");
    html_open(h, "b", NULL);
    html_text(h, "%s", page_number(c->low));
    if (c->high > c->low)
        html_text(h, " to %s", page_number(c->high));
    html_close(h);
    if (!c->seen)
        page_dagger(p);
    if (g->of)
        html_text(h, " (%s %s %s against %s %s %s%s)", g->value, c->above->value, c->above->unit,
                  g->of, c->below->value, c->below->unit,
                  c->high > c->low ? ", and other machines" : "");
    else
        html_text(h, " (%s)", c->above->row);
    if (g->note)
        html_text(h, ", %s", g->note);
    html_text(h, ". ");
    html_line(h, "small", NULL, "%s, table %s: %s", c->above->platform, c->above->paper_table,
              c->above->provenance);
    html_close(h);
}

static void details(struct page *p, const struct judged *j) {
    struct html *h = p->html;
    html_open(h, "details", NULL);
    html_line(h, "summary", NULL, "%s", j->claim->source);
    html_open(h, "p", NULL);
    html_text(h, "Checked here: %s.", j->claim->checked);
    if (*j->why)
        html_line(h, "b", NULL, " Why: %s.", j->why);
    html_close(h);
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < j->case_count && j->outcome != OUTCOME_INAPPLICABLE; i++)
        one_case(p, &j->cases[i]);
    for (size_t i = 0; i < j->paper_count; i++)
        paper(p, &j->papers[i]);
    html_close(h);
    html_close(h);
}

/* ---- the table ---- */

/* "1.3 ×" or "0.07 – 1.3 ×" */
static void range(struct page *p, double low, double high) {
    if (low != high)
        html_text(p->html, "%s\u00a0– ", page_number(low));
    html_text(p->html, "%s", page_times(high));
}

/* The ratios of the papers that were read, or, with a dagger, of all. */
static void theirs(struct page *p, const struct judged *j) {
    double low = INFINITY, high = 0;
    bool seen = false;
    for (size_t i = 0; i < j->paper_count; i++)
        seen = seen || j->papers[i].seen;
    for (size_t i = 0; i < j->paper_count; i++)
        if (j->papers[i].seen || !seen) {
            low = fmin(low, j->papers[i].low);
            high = fmax(high, j->papers[i].high);
        }
    html_open(p->html, "td", "class", "number", NULL);
    if (j->paper_count)
        range(p, low, high);
    else
        html_text(p->html, "–");
    if (j->paper_count && !seen)
        page_dagger(p);
    html_close(p->html);
}

/* "at most 2 ×", and of how many pairs it is asked */
static void asked(struct page *p, const struct judged *j) {
    const struct relation *r = j->claim->holds.items;
    bool one = j->claim->holds.count == 1, several = j->case_count > 1;
    if (!one && !several)
        return;
    html_open(p->html, "small", NULL);
    if (one)
        html_text(p->html, "at %s %s", r->at_most > 0 ? "most" : "least",
                  page_times(r->at_most > 0 ? r->at_most : r->at_least));
    if (one && r->plus > 0)
        html_text(p->html, " + %s", page_number(r->plus));
    if (several)
        html_text(p->html, "%s%zu rows", one ? ", " : "", j->case_count);
    html_close(p->html);
}

static void ours(struct page *p, const struct judged *j) {
    double low = INFINITY, high = 0;
    for (size_t i = 0; i < j->case_count; i++) {
        low = fmin(low, j->cases[i].ratio); /* a ratio that there is not is NAN, and passed over */
        high = fmax(high, j->cases[i].ratio);
    }
    html_open(p->html, "td", "class", "number", NULL);
    if (j->outcome == OUTCOME_INAPPLICABLE || low > high)
        html_text(p->html, "–");
    else
        range(p, low, high);
    asked(p, j);
    html_close(p->html);
}

static void claim(struct page *p, const struct experiment *e, const struct judged *j) {
    assert_that(j->words && j->why);
    struct html *h = p->html;
    scoped_text char *id = text_format("%s/%s", e->name, j->claim->id);
    html_open(h, "tbody", "class", looks[j->outcome].class, "id", id, NULL);
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_line(h, "span", "sign", "%s", looks[j->outcome].mark);
    html_text(h, " %s", j->claim->sentence);
    html_close(h);
    theirs(p, j);
    ours(p, j);
    html_line(h, "td", "verdict", "%s", j->words);
    html_close(h);
    html_open(h, "tr", "class", "more", NULL);
    html_open(h, "td", "colspan", "4", NULL);
    details(p, j);
    html_close(h);
    html_close(h);
    html_close(h);
}

static void head(struct page *p) {
    html_open(p->html, "thead", NULL);
    html_open(p->html, "tr", NULL);
    html_line(p->html, "th", NULL, "what the paper says");
    html_line(p->html, "th", "number", "the paper");
    html_line(p->html, "th", "number", "here");
    html_line(p->html, "th", NULL, "verdict");
    html_close(p->html);
    html_close(p->html);
}

bool page_has_claims(const struct page *p) {
    size_t count = 0;
    for (size_t i = 0; i < p->chapter_count; i++)
        count += p->chapters[i].experiment->claims.count;
    return count;
}

void page_claims(struct page *p) {
    static const enum outcome order[] = {OUTCOME_MISSED, OUTCOME_NONE, OUTCOME_REPRODUCED,
                                         OUTCOME_INAPPLICABLE};
    if (!page_has_claims(p))
        return;
    html_open(p->html, "section", "id", "verdicts", NULL);
    html_line(p->html, "h2", NULL, "Verdicts");
    html_open(p->html, "table", "class", "verdicts stacked", NULL);
    head(p);
    for (size_t o = 0; o < sizeof order / sizeof *order; o++)
        for (size_t i = 0; i < p->chapter_count; i++)
            for (size_t k = 0; k < p->chapters[i].experiment->claims.count; k++)
                if (p->chapters[i].claims[k].outcome == order[o])
                    claim(p, p->chapters[i].experiment, &p->chapters[i].claims[k]);
    html_close(p->html);
    html_close(p->html);
}
