/* SPDX-License-Identifier: MIT */
/* counterpart.c -- find the papers' rows that an experiment answers to, and ours beside them. */
#include "page/counterpart.h"
#include "base/memory.h"
#include "base/scope.h"
#include "run/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct document_pair *pair_of(const struct paper_match *m, const char *system) {
    const struct document_pair *pairs = m->pairs.items;
    for (size_t i = 0; i < m->pairs.count; i++)
        if (!strcmp(pairs[i].key, system))
            return &pairs[i];
    return NULL;
}

/* Our row for the paper's SYSTEM, "*" filled in; null if there is none with a figure. */
static const struct row *our_row(const struct page *p, const struct paper_match *m,
                                 const char *system, const char *star) {
    const struct document_pair *pair = pair_of(m, system);
    if (!pair)
        return NULL;
    scoped_text char *name = row_fill(pair->value, star);
    const struct row *row = run_row(p->run, name);
    return row && row->figures.present ? row : NULL;
}

/* Theirs: printed / printed for the baseline on the same machine. */
static double their_multiple(const struct paper *paper, const struct paper_match *m,
                             const struct paper_row *row) {
    size_t from = 0;
    const struct paper_row *base;
    while (m->of && (base = paper_next(paper, &from, m->of_row ? m->of_row : row->experiment, m->of,
                                       row->platform)))
        if (!strcmp(base->unit, row->unit) && (m->of_row || !strcmp(base->row, row->row)))
            return row->number / base->number;
    return NAN;
}

static double our_multiple(const struct page *p, const struct paper_match *m, const struct row *row,
                           const char *star) {
    const struct row *base = m->of_ours ? run_row(p->run, m->of_ours)
                             : m->of    ? our_row(p, m, m->of, star)
                                        : NULL;
    if (!row || !base || !base->figures.present || base->clock != row->clock)
        return NAN;
    return stats_multiple(row->figures.median, base->figures.median);
}

static void add(struct counterpart **all, size_t *count, const struct page *p,
                const struct paper *paper, const struct paper_match *m,
                const struct paper_row *row) {
    char star[128];
    const struct document_pair *pair = pair_of(m, row->system);
    if (!pair || !row_fits(m->row, row->experiment, star, sizeof star) ||
        !paper_row_is(row, m->unit, m->title))
        return;
    const struct row *ours = our_row(p, m, row->system, star);
    *all = array_grow(*all, *count, sizeof **all);
    (*all)[(*count)++] = (struct counterpart){.match = m,
                                              .theirs = row,
                                              .name = row_fill(pair->value, star),
                                              .ours = ours,
                                              .then = their_multiple(paper, m, row),
                                              .now = our_multiple(p, m, ours, star)};
}

struct counterpart *counterparts(struct page *p, const struct experiment *e, size_t *count) {
    const struct paper_match *matches = e->papers.items;
    struct counterpart *all = NULL;
    *count = 0;
    for (size_t i = 0; i < e->papers.count; i++) {
        struct failure why;
        const struct paper *paper = papers_find(p->tables, matches[i].table, &why);
        for (size_t k = 0; paper && k < paper->count; k++)
            add(&all, count, p, paper, &matches[i], &paper->rows[k]);
    }
    return all;
}

void counterparts_free(struct counterpart *all, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(all[i].name);
    free(all);
}
