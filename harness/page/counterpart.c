/* SPDX-License-Identifier: MIT */
/* counterpart.c -- find the papers' rows that an experiment answers to, and ours beside them. */
#include "page/counterpart.h"
#include "base/memory.h"
#include "base/scope.h"

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
    scoped_text char *name = row_fill(pair->value, star);
    const struct row *row = run_row(p->run, name);
    return row && row->figures.present ? row : NULL;
}

/* Theirs: printed / printed for the baseline on the same machine. */
static double their_multiple(const struct paper *paper, const struct beside *b,
                             const struct paper_row *row) {
    size_t from = 0;
    const struct paper_row *base;
    while (b->of && (base = paper_next(paper, &from, b->of_row ? b->of_row : row->experiment, b->of,
                                       row->platform)))
        if (!strcmp(base->unit, row->unit) && (b->of_row || !strcmp(base->row, row->row)))
            return row->number / base->number;
    return NAN;
}

static double our_multiple(const struct page *p, const struct beside *b, const struct row *row,
                           const char *star) {
    const struct row *base = b->of_ours ? run_row(p->run, b->of_ours)
                             : b->of    ? our_row(p, b, b->of, star)
                                        : NULL;
    if (!row || !base || !base->figures.present || base->clock != row->clock)
        return NAN;
    return row->figures.median / base->figures.median;
}

static void add(struct counterpart **all, size_t *count, const struct page *p,
                const struct paper *paper, const struct beside *b, const struct paper_row *row) {
    char star[128];
    const struct document_pair *pair = pair_of(b, row->system);
    if (!pair || !row_fits(b->row, row->experiment, star, sizeof star))
        return;
    const struct row *ours = our_row(p, b, row->system, star);
    *all = array_grow(*all, *count, sizeof **all);
    (*all)[(*count)++] = (struct counterpart){.beside = b,
                                              .theirs = row,
                                              .name = row_fill(pair->value, star),
                                              .ours = ours,
                                              .then = their_multiple(paper, b, row),
                                              .now = our_multiple(p, b, ours, star)};
}

struct counterpart *counterparts(struct page *p, const struct experiment *e, size_t *count) {
    const struct beside *besides = e->papers.items;
    struct counterpart *all = NULL;
    *count = 0;
    for (size_t i = 0; i < e->papers.count; i++) {
        struct failure why;
        const struct paper *paper = papers_find(p->tables, besides[i].table, &why);
        for (size_t k = 0; paper && k < paper->count; k++)
            add(&all, count, p, paper, &besides[i], &paper->rows[k]);
    }
    return all;
}

void counterparts_free(struct counterpart *all, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(all[i].name);
    free(all);
}
