/* SPDX-License-Identifier: MIT */
/* claims.c -- judge an experiment's claims by a run's figures. The steps: find the pairs of rows a
 * claim speaks of, hold each to the threshold, work out the papers' ratios, and only then decide,
 * in `decide`. */
#include "result/claims.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "measure/protocol.h"
#include "base/status.h"
#include "base/text.h"
#include "run/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- our side: the pairs of rows ---- */

static double bound(const struct relation *r, double of) {
    assert_that((r->at_most > 0) != (r->at_least > 0)); /* as experiment.c read it */
    return (r->at_most > 0 ? r->at_most : r->at_least) * of + r->plus;
}

/* A relation holds if it does so for every pair of values within the two medians' intervals, and
 * fails likewise; under an exact clock both intervals are one point. */
static void hold(struct claim_case *c) {
    const struct relation *r = c->relation;
    const struct figures *ours = &c->ours->figures, *to = &c->to->figures;
    assert_that(ours->present && to->present);
    c->bound = bound(r, to->median);
    c->ratio = stats_multiple(ours->median, to->median);
    if (r->at_most > 0) {
        c->holds = ours->high <= bound(r, to->low);
        c->fails = ours->low > bound(r, to->high);
    } else {
        c->holds = ours->low >= bound(r, to->high);
        c->fails = ours->high < bound(r, to->low);
    }
}

static const struct row *figure_row(const struct run *run, const char *name) {
    const struct row *row = run_row(run, name);
    return row && row->figures.present ? row : NULL;
}

/* Adds R's pair in which "*" is STAR, unless it is there. */
static void add_case(struct judged *j, const struct relation *r, const struct run *run,
                     const char *star) {
    scoped_text char *name = row_fill(r->row, star);
    for (size_t i = 0; i < j->case_count; i++)
        if (j->cases[i].relation == r && !strcmp(j->cases[i].row, name))
            return;
    j->cases = array_grow(j->cases, j->case_count, sizeof *j->cases);
    struct claim_case *c = &j->cases[j->case_count++];
    *c = (struct claim_case){.relation = r,
                             .row = text_copy(name),
                             .of = row_fill(r->of, star),
                             .bound = NAN,
                             .ratio = NAN};
    c->ours = figure_row(run, c->row);
    c->to = figure_row(run, c->of);
    if (c->ours && c->to && c->ours->clock == c->to->clock)
        hold(c);
}

/* Every pair of which one row at least is in the run, and where there is none the "*" itself stands
 * for what is missing. Where R lists values, a pair for each; the one pair where it has no "*". */
static void find_pairs(struct judged *j, const struct relation *r, const struct run *run) {
    const char *const *over = r->over.items;
    size_t before = j->case_count;
    char star[PROTOCOL_NAME_MAX];
    for (size_t i = 0; i < r->over.count; i++)
        add_case(j, r, run, over[i]);
    for (size_t i = 0; i < run->row_count && strchr(r->row, '*') && !r->over.count; i++)
        if (row_fits(r->row, run->rows[i].name, star, sizeof star) ||
            row_fits(r->of, run->rows[i].name, star, sizeof star))
            add_case(j, r, run, star);
    if (j->case_count == before)
        add_case(j, r, run, "*");
}

static void find_cases(struct judged *j, const struct run *run) {
    const struct relation *relations = j->claim->holds.items;
    for (size_t i = 0; i < j->claim->holds.count; i++)
        find_pairs(j, &relations[i], run);
}

/* ---- the papers' side ---- */

static bool find_ratios(struct judged *j, const char *file, struct papers *tables,
                        struct failure *why) {
    const struct evidence *evidence = j->claim->paper.items;
    for (size_t i = 0; i < j->claim->paper.count; i++) {
        j->papers = array_grow(j->papers, j->paper_count, sizeof *j->papers);
        j->papers[j->paper_count] = (struct claim_paper){.evidence = &evidence[i]};
        if (!claim_paper_find(&j->papers[j->paper_count++], file, tables, why))
            return false;
    }
    return true;
}

/* ---- the outcome ---- */

static bool only_recalled(const struct judged *j) {
    for (size_t i = 0; i < j->paper_count; i++)
        if (j->papers[i].seen)
            return false;
    return j->paper_count > 0;
}

/* Nanoseconds of one machine are no evidence for a claim but where it says so itself. */
static bool means_something(const struct claim *c, enum clock clock) {
    const char *const *clocks = c->clocks.items;
    for (size_t i = 0; i < c->clocks.count; i++)
        if (!strcmp(clocks[i], clock_name(clock)))
            return true;
    return !c->clocks.count && clock != CLOCK_HOST;
}

static void conclude(struct judged *j, enum outcome outcome, char *words, char *why) {
    assert_that(!j->words && !j->why); /* once only */
    j->outcome = outcome;
    j->words = words;
    j->why = why;
}

static void no_verdict(struct judged *j, char *why) {
    conclude(j, OUTCOME_NONE, text_copy("no verdict"), why);
}

/* Why a pair has no figures to compare. */
static char *missing(const struct claim_case *c, const struct run *run) {
    const char *name = c->ours ? c->of : c->row;
    const struct row *row = run_row(run, name);
    if (!row)
        return text_format("%s was not run", name);
    if (row->state == ROW_MISSING) {
        const char *end = row->trial_count ? run_trial_boot(run, row->trials)->outcome : "not made";
        return text_format("%s was asked for and did not arrive; its boot: %s", name, end);
    }
    if (row->clock == CLOCK_NONE)
        return text_format("%s has no figure: this boot has neither an exact nor a real clock",
                           name);
    return text_format("%s has no figure in this run", name);
}

/* The first case with nothing to compare, or null. */
static const struct claim_case *find_missing(const struct judged *j) {
    for (size_t i = 0; i < j->case_count; i++)
        if (!j->cases[i].ours || !j->cases[i].to)
            return &j->cases[i];
    return NULL;
}

static void reproduced(struct judged *j, enum clock clock) {
    if (clock_exact(clock))
        conclude(j, OUTCOME_REPRODUCED, text_format("reproduced in %s", clock_unit(clock)),
                 text_copy(""));
    else
        conclude(j, OUTCOME_REPRODUCED,
                 text_copy(clock == CLOCK_HOST ? "reproduced on this host" : "reproduced"),
                 text_copy(""));
}

static void decide(struct judged *j, const struct run *run) {
    size_t holds = 0, fails = 0;
    enum clock clock = run->clock;
    for (size_t i = 0; i < j->case_count; i++) {
        const struct claim_case *c = &j->cases[i];
        holds += c->holds;
        fails += c->fails;
        if (c->ours && c->to && c->ours->clock != c->to->clock) {
            no_verdict(j, text_format("%s is by clock %s and %s by %s", c->row,
                                      clock_name(c->ours->clock), c->of, clock_name(c->to->clock)));
            return;
        }
        if (c->ours)
            clock = c->ours->clock;
    }
    assert_that(holds + fails <= j->case_count);
    const struct claim_case *gap = find_missing(j);
    if (!means_something(j->claim, clock))
        conclude(j, OUTCOME_INAPPLICABLE, text_copy("not applicable"),
                 text_format("the claim means nothing under clock %s", clock_name(clock)));
    else if (only_recalled(j))
        no_verdict(j, text_format("the paper's numbers are only recalled; the threshold itself %s",
                                  fails                             ? "does not hold here"
                                  : holds && holds == j->case_count ? "holds here"
                                                                    : "is not decided here"));
    else if (fails)
        conclude(j, OUTCOME_MISSED, text_copy("not reproduced"), text_copy(""));
    else if (gap)
        no_verdict(j, missing(gap, run));
    else if (holds < j->case_count)
        no_verdict(j, text_copy("the medians' intervals reach across the threshold"));
    else
        reproduced(j, clock);
}

struct judged *claims_judge(const struct experiment *e, const struct run *run,
                            struct papers *tables, struct failure *why) {
    const struct claim *claims = e->claims.items;
    struct judged *all = memory_new(e->claims.count + 1, sizeof *all);
    for (size_t i = 0; i < e->claims.count; i++) {
        all[i].claim = &claims[i];
        if (!find_ratios(&all[i], e->file, tables, why)) {
            claims_free(all, e->claims.count);
            return NULL;
        }
        find_cases(&all[i], run);
        decide(&all[i], run);
    }
    return all;
}

void claims_free(struct judged *judged, size_t count) {
    for (size_t i = 0; judged && i < count; i++) {
        for (size_t k = 0; k < judged[i].case_count; k++) {
            free(judged[i].cases[k].row);
            free(judged[i].cases[k].of);
        }
        free(judged[i].cases);
        free(judged[i].papers);
        free(judged[i].words);
        free(judged[i].why);
    }
    free(judged);
}
