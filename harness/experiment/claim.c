/* SPDX-License-Identifier: MIT */
/* claim.c -- see claim.h. */
#include "experiment/claim.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/status.h"
#include "base/text.h"
#include "guest/system.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Takes the ratio ABOVE / BELOW (or ABOVE alone) into the range of P. */
static void widen(struct claim_paper *p, const struct paper_row *above,
                  const struct paper_row *below) {
    assert_that(above->number > 0 && (!below || below->number > 0)); /* as papers.c read them */
    double ratio = below ? above->number / below->number : above->number;
    if (!p->above)
        *p = (struct claim_paper){p->evidence, ratio, ratio, true, above, below};
    p->low = fmin(p->low, ratio);
    p->high = fmax(p->high, ratio);
    p->seen = p->seen && above->seen && (!below || below->seen);
}

/* The rows of PAPER that stand below ABOVE in evidence G: same platform and unit, and the same row
 * of the table unless the evidence names another. */
static void divide(struct claim_paper *p, const struct paper *paper,
                   const struct paper_row *above) {
    const struct evidence *g = p->evidence;
    if (!g->of) {
        widen(p, above, NULL);
        return;
    }
    size_t from = 0;
    const struct paper_row *below;
    while ((below = paper_next(paper, &from, g->of_row ? g->of_row : above->experiment, g->of,
                               above->platform)))
        if (!strcmp(below->unit, above->unit) && (g->of_row || !strcmp(below->row, above->row)))
            widen(p, above, below);
}

bool claim_paper_find(struct claim_paper *p, const char *file, struct papers *tables,
                      struct failure *why) {
    const struct evidence *g = p->evidence;
    const struct paper *paper = papers_find(tables, g->table, why);
    if (!paper)
        return false;
    size_t from = 0;
    const struct paper_row *row;
    while ((row = paper_next(paper, &from, NULL, g->value, NULL)))
        if (row_fits(g->row, row->experiment, NULL, 0) && paper_row_is(row, g->unit, g->title))
            divide(p, paper, row);
    if (!p->above)
        failure_set(why, STATUS_EXPERIMENT,
                    "%s:%d: papers/%s.tsv has no row '%s'%s%s%s%s for system '%s'%s%s%s; its rows "
                    "and systems are in columns 1 and 4",
                    file, g->line, g->table, g->row, g->title ? " called " : "",
                    g->title ? g->title : "", g->unit ? " in " : "", g->unit ? g->unit : "",
                    g->value, g->of ? " to divide by '" : "", g->of ? g->of : "", g->of ? "'" : "");
    return p->above;
}

/* ---- does all of it exist? ---- */

/* Rows of the host are Google Benchmark's: nobody knows them before it has run. */
static bool is_of_host(const char *row) {
    scoped_text char *system = text_copy(row);
    system[strcspn(system, ":")] = '\0';
    const struct system *s = system_find(system);
    return s && s->kind == SYSTEM_HOST;
}

static int check_known(const struct experiment *e, int line, const char *where, const char *pattern,
                       const struct texts *known, struct failure *why) {
    if (is_of_host(pattern))
        return 0;
    for (size_t i = 0; i < known->count; i++)
        if (row_fits(pattern, known->items[i], NULL, 0))
            return 0;
    scoped_text char *meant = text_meant(pattern, (const char *const *)known->items, known->count);
    return failure_set(why, STATUS_EXPERIMENT,
                       "%s:%d: %s: there is no row '%s'; %s`exospin list` prints all there are",
                       e->file, line, where, pattern, meant);
}

/* Both sides of R with STAR in the place of their "*", or with any where STAR is null. */
static int check_sides(const struct experiment *e, const struct relation *r, const char *star,
                       const char *where, const struct texts *known, struct failure *why) {
    const char *const sides[] = {r->row, r->of};
    int status = 0;
    for (size_t i = 0; i < 2 && !status; i++) {
        scoped_text char *row = star ? row_fill(sides[i], star) : text_copy(sides[i]);
        status = check_known(e, r->line, where, row, known, why);
    }
    return status;
}

static int check_relation(const struct experiment *e, const struct relation *r, const char *where,
                          const struct texts *known, struct failure *why) {
    const char *const *over = r->over.items;
    int status = r->over.count ? 0 : check_sides(e, r, NULL, where, known, why);
    for (size_t i = 0; i < r->over.count && !status; i++)
        status = check_sides(e, r, over[i], where, known, why);
    return status;
}

static int check_claim(const struct experiment *e, const struct claim *c, const struct texts *known,
                       struct papers *tables, struct failure *why) {
    char *where = text_format("claim %s", c->id);
    const struct relation *relations = c->holds.items;
    const struct evidence *evidence = c->paper.items;
    int status = 0;
    for (size_t i = 0; i < c->holds.count && !status; i++)
        status = check_relation(e, &relations[i], where, known, why);
    for (size_t i = 0; i < c->paper.count && !status; i++)
        if (!claim_paper_find(&(struct claim_paper){.evidence = &evidence[i]}, e->file, tables,
                              why))
            status = why->status;
    free(where);
    return status;
}

static int check_match(const struct experiment *e, const struct paper_match *m,
                       const struct texts *known, struct papers *tables, struct failure *why) {
    const struct document_pair *pairs = m->pairs.items;
    int status = 0;
    for (size_t i = 0; i < m->pairs.count && !status; i++) {
        struct evidence g = {.table = m->table,
                             .row = m->row,
                             .unit = m->unit,
                             .title = m->title,
                             .value = pairs[i].key,
                             .line = pairs[i].line};
        struct claim_paper p = {.evidence = &g};
        if (!claim_paper_find(&p, e->file, tables, why))
            return why->status;
        status = check_known(e, pairs[i].line, "papers", pairs[i].value, known, why);
    }
    struct evidence base = {
        .table = m->table, .row = m->of_row, .unit = m->unit, .value = m->of, .line = m->line};
    if (status || !m->of_row)
        return status;
    if (!claim_paper_find(&(struct claim_paper){.evidence = &base}, e->file, tables, why))
        return why->status;
    return check_known(e, m->line, "papers", m->of_ours, known, why);
}

static int check_answer(const struct experiment *e, const struct answer *a,
                        const struct texts *known, struct failure *why) {
    scoped_text char *where = text_format("answer '%s'", a->cost);
    const char *const *rows = a->rows.items;
    int status = a->floor ? check_known(e, a->line, where, a->floor, known, why) : 0;
    for (size_t i = 0; i < a->rows.count && !status; i++)
        status = check_known(e, a->line, where, rows[i], known, why);
    return status;
}

int claims_check(const struct experiment *e, const struct texts *known, struct papers *tables,
                 struct failure *why) {
    const struct claim *claims = e->claims.items;
    const struct paper_match *papers = e->papers.items;
    const struct answer *answers = e->answers.items;
    int status = 0;
    for (size_t i = 0; i < e->answers.count && !status; i++)
        status = check_answer(e, &answers[i], known, why);
    for (size_t i = 0; i < e->papers.count && !status; i++)
        status = check_match(e, &papers[i], known, tables, why);
    for (size_t i = 0; i < e->claims.count && !status; i++)
        status = check_claim(e, &claims[i], known, tables, why);
    return status;
}
