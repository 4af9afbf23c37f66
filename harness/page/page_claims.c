/* SPDX-License-Identifier: MIT */
/* page_claims.c -- the verdict of each claim: the sentence, the threshold, what was measured on
 * both sides of it, and the paper's own ratio with its provenance. A miss is shown as plainly as a
 * success. */
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
    [OUTCOME_REPRODUCED] = {"✓", "verdict good"},
    [OUTCOME_MISSED] = {"✗", "verdict bad"},
    [OUTCOME_NONE] = {"?", "verdict open"},
    [OUTCOME_INAPPLICABLE] = {"–", "verdict open"},
};

static void side(struct page *p, const char *name, const struct row *row) {
    html_name(p->html, name);
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
        html_text(p->html, " (ratio %s)", page_number(c->ratio));
    }
    html_close(p->html);
}

static void paper(struct page *p, const struct claim_paper *c) {
    struct html *h = p->html;
    const struct ground *g = c->ground;
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

static void claim(struct page *p, const struct experiment *e, const struct judged *j) {
    assert_that(j->words && j->why);
    struct html *h = p->html;
    html_open(h, "article", "class", looks[j->outcome].class, NULL);
    html_open(h, "h3", NULL);
    html_line(h, "span", "mark", "%s", looks[j->outcome].mark);
    html_text(h, " %s", j->words);
    html_line(h, "small", NULL, " %s/%s", e->name, j->claim->id);
    html_close(h);
    html_line(h, "p", "sentence", "%s", j->claim->sentence);
    html_open(h, "p", NULL);
    html_text(h, "Checked here: %s. ", j->claim->checked);
    html_line(h, "small", NULL, "Source: %s.", j->claim->source);
    html_close(h);
    if (*j->why)
        html_line(h, "p", "why", "Why: %s.", j->why);
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < j->case_count && j->outcome != OUTCOME_INAPPLICABLE; i++)
        one_case(p, &j->cases[i]);
    for (size_t i = 0; i < j->paper_count; i++)
        paper(p, &j->papers[i]);
    html_close(h);
    html_close(h);
}

/* "4 claims: 3 reproduced in instructions, 1 no verdict." */
static void totals(struct page *p) {
    scoped_texts struct texts words = {0};
    size_t counts[16] = {0}, all = 0;
    for (size_t i = 0; i < p->chapter_count; i++)
        for (size_t k = 0; k < p->chapters[i].experiment->claims.count; k++, all++) {
            const char *word = p->chapters[i].claims[k].words;
            size_t w = 0;
            while (w < words.count && strcmp(words.items[w], word) != 0)
                w++;
            if (w == words.count)
                texts_add(&words, word);
            counts[w < 16 ? w : 15]++;
        }
    html_open(p->html, "p", "class", "lead", NULL);
    html_text(p->html, "%zu claim%s: ", all, all == 1 ? "" : "s");
    for (size_t w = 0; w < words.count && w < 16; w++)
        html_text(p->html, "%s%zu %s", w ? ", " : "", counts[w], words.items[w]);
    html_text(p->html, ".");
    html_close(p->html);
}

void page_claims(struct page *p) {
    size_t count = 0;
    for (size_t i = 0; i < p->chapter_count; i++)
        count += p->chapters[i].experiment->claims.count;
    if (!count)
        return;
    html_line(p->html, "h2", NULL, "Verdicts");
    totals(p);
    html_open(p->html, "div", "class", "claims", NULL);
    for (size_t i = 0; i < p->chapter_count; i++)
        for (size_t k = 0; k < p->chapters[i].experiment->claims.count; k++)
            claim(p, p->chapters[i].experiment, &p->chapters[i].claims[k]);
    html_close(p->html);
}
