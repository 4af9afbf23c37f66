/* SPDX-License-Identifier: MIT */
/* page_answers.c -- what the page begins with: a sentence made of the verdicts, and a table with a
 * line a cost and a column a system, each figure with its multiples of the floor and of Linux, and
 * all of a line's figures as marks on one axis. Which row stands for a cost, the experiments say
 * (answers in experiment.yaml). */
#include "page/page.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/text.h"
#include "guest/system.h"
#include "run/stats.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A cost of which the run has a figure. */
struct line {
    const struct answer *answer;
    const struct row *floor; /* null: none, or not in this run */
    const char *chapter;     /* the experiment's name */
};

struct answers {
    struct line *lines;
    size_t count;
    const char *systems[16]; /* columns, in the order of system_list() */
    size_t system_count;
    double low, high; /* the axis, in multiples of the floor; both 0 where there is none */
};

/* ---- what there is ---- */

static const struct row *figure_row(const struct page *p, const char *name) {
    const struct row *row = name ? run_row(p->run, name) : NULL;
    return row && row->figures.present && row->clock == p->run->clock ? row : NULL;
}

/* The name of A's row of SYSTEM, or null where that has none. */
static const char *row_name(const struct answer *a, const char *system) {
    const char *const *rows = a->rows.items;
    size_t length = strlen(system);
    for (size_t i = 0; i < a->rows.count; i++)
        if (!strncmp(rows[i], system, length) && rows[i][length] == ':')
            return rows[i];
    return NULL;
}

static bool has_figure(const struct page *p, const struct answer *a) {
    const char *const *rows = a->rows.items;
    for (size_t i = 0; i < a->rows.count; i++)
        if (figure_row(p, rows[i]))
            return true;
    return false;
}

static double divide(const struct row *row, const struct row *by) {
    return row && by && row != by ? stats_multiple(row->figures.median, by->figures.median) : NAN;
}

/* Columns are the systems with a figure in some line. */
static void find_systems(struct answers *all, const struct page *p) {
    size_t count;
    const struct system *systems = system_list(&count);
    for (size_t i = 0; i < count && i < sizeof all->systems / sizeof *all->systems; i++) {
        bool found = false;
        for (size_t k = 0; k < all->count && !found; k++)
            found = figure_row(p, row_name(all->lines[k].answer, systems[i].name));
        if (found)
            all->systems[all->system_count++] = systems[i].name;
    }
}

/* From the floor, or the least multiple of it, to a power of ten. */
static void find_axis(struct answers *all, const struct page *p) {
    double least = 1, most = 0;
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < all->system_count; k++) {
            const char *name = row_name(all->lines[i].answer, all->systems[k]);
            double times = divide(figure_row(p, name), all->lines[i].floor);
            if (isnan(times) || times <= 0)
                continue;
            least = fmin(least, times);
            most = fmax(most, times);
        }
    all->low = most > 0 ? least : 0;
    double power = fmin(fmax(1, ceil(log10(most))), DBL_MAX_10_EXP);
    all->high = most > 0 ? pow(10, power) : 0;
}

static struct answers gather(const struct page *p) {
    struct answers all = {0};
    for (size_t i = 0; i < p->chapter_count; i++) {
        const struct experiment *e = p->chapters[i].experiment;
        const struct answer *answers = e->answers.items;
        for (size_t k = 0; k < e->answers.count; k++)
            if (has_figure(p, &answers[k])) {
                all.lines = array_grow(all.lines, all.count, sizeof *all.lines);
                all.lines[all.count++] =
                    (struct line){&answers[k], figure_row(p, answers[k].floor), e->name};
            }
    }
    find_systems(&all, p);
    find_axis(&all, p);
    return all;
}

/* ---- the axis ---- */

/* Where TIMES the floor stands on the axis, in percent. */
static double place(const struct answers *all, double times) {
    return 100 * (log(times) - log(all->low)) / (log(all->high) - log(all->low));
}

static void mark(struct page *p, const struct answers *all, const char *class, double times) {
    scoped_text char *style = text_format("left:%.1f%%", place(all, times));
    scoped_text char *classes = text_format("mark %s", class);
    html_open(p->html, "i", "class", classes, "style", style, NULL);
    html_close(p->html);
}

/* "1 × floor, 10, 100", each over its place; of many powers of ten every second one or fewer, from
 * the last one down, so that they do not touch on a phone. */
static void axis_head(struct page *p, const struct answers *all) {
    html_open(p->html, "th", "class", "track", NULL);
    html_open(p->html, "div", NULL);
    int last = (int)lround(log10(all->high)), step = 1 + (last - 1) / 3;
    for (int power = 0; power <= last; power++) {
        if (power && (last - power) % step)
            continue;
        double times = pow(10, power);
        scoped_text char *style = text_format("left:%.1f%%", place(all, times));
        html_open(p->html, "span", "style", style, NULL);
        html_text(p->html, "%s%s", page_number(times), times == 1 ? " × floor" : "");
        html_close(p->html);
    }
    html_close(p->html);
    html_close(p->html);
}

static void axis(struct page *p, const struct answers *all, const struct line *line) {
    html_open(p->html, "td", "class", "track", "aria-hidden", "true", NULL);
    html_open(p->html, "div", NULL);
    for (int power = 1; pow(10, power) <= all->high; power++)
        mark(p, all, "tick", pow(10, power));
    if (line->floor)
        mark(p, all, "floor", 1);
    for (size_t i = 0; i < all->system_count; i++) {
        const struct row *row = figure_row(p, row_name(line->answer, all->systems[i]));
        double times = divide(row, line->floor);
        if (times > 0)
            mark(p, all, all->systems[i], times);
    }
    html_close(p->html);
    html_close(p->html);
}

/* ---- the table ---- */

static void cell(struct page *p, const struct line *line, const char *system) {
    struct html *h = p->html;
    const char *name = row_name(line->answer, system);
    const struct row *row = figure_row(p, name);
    const struct row *linux_row = figure_row(p, row_name(line->answer, "linux"));
    double of_floor = divide(row, line->floor), of_linux = divide(row, linux_row);
    if (!row) {
        html_line(h, "td", "number none", "%s", name ? "not run" : "has none");
        return;
    }
    html_open(h, "td", "class", "number", "title", name, NULL);
    html_line(h, "b", NULL, "%s", page_number(row->figures.median));
    if (!isnan(of_floor))
        html_line(h, "small", NULL, "%s %s", page_times(of_floor),
                  line->answer->floor_is ? line->answer->floor_is : "floor");
    if (!isnan(of_linux))
        html_line(h, "small", NULL, "%s Linux", page_times(of_linux));
    html_close(h);
}

static void one_line(struct page *p, const struct answers *all, const struct line *line) {
    struct html *h = p->html;
    scoped_text char *chapter = text_format("#%s", line->chapter);
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_link(h, chapter, "%s", line->answer->cost);
    if (line->floor)
        html_line(h, "small", NULL, " %s %s",
                  line->answer->floor_is ? line->answer->floor_is : "floor",
                  page_number(line->floor->figures.median));
    html_close(h);
    for (size_t i = 0; i < all->system_count; i++)
        cell(p, line, all->systems[i]);
    if (all->high > 0)
        axis(p, all, line);
    html_close(h);
}

static void table(struct page *p, const struct answers *all) {
    struct html *h = p->html;
    html_open(h, "table", "class", "answers stacked", NULL);
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    html_line(h, "th", NULL, "cost in %s", clock_unit(p->run->clock));
    for (size_t i = 0; i < all->system_count; i++) {
        scoped_text char *mark_class = text_format("mark %s", all->systems[i]);
        html_open(h, "th", "class", "number", NULL);
        html_open(h, "i", "class", mark_class, NULL);
        html_close(h);
        html_text(h, " %s", page_system(all->systems[i]));
        html_close(h);
    }
    if (all->high > 0)
        axis_head(p, all);
    html_close(h);
    html_close(h);
    html_open(h, "tbody", NULL);
    for (size_t i = 0; i < all->count; i++)
        one_line(p, all, &all->lines[i]);
    html_close(h);
    html_close(h);
}

/* ---- the sentence ---- */

/* The claims of a chapter, or of all, by their outcome. */
struct tally {
    size_t by[OUTCOME_INAPPLICABLE + 1];
    size_t all; /* without those that mean nothing under this clock */
};

static void count(struct tally *t, const struct chapter *c) {
    for (size_t i = 0; i < c->experiment->claims.count; i++) {
        enum outcome outcome = c->claims[i].outcome;
        t->by[outcome]++;
        t->all += outcome != OUTCOME_INAPPLICABLE;
    }
}

/* "1 does not, 2 have no verdict", what is first in the table of verdicts. */
static void rest(struct page *p, const struct tally *t) {
    size_t missed = t->by[OUTCOME_MISSED], none = t->by[OUTCOME_NONE];
    if (!missed && !none)
        return;
    html_text(p->html, "; ");
    if (missed)
        html_text(p->html, "%zu do%s not", missed, missed == 1 ? "es" : "");
    if (none)
        html_text(p->html, "%s%zu ha%s no verdict", missed ? ", " : "", none,
                  none == 1 ? "s" : "ve");
    html_text(p->html, " (");
    html_link(p->html, "#verdicts", "first below");
    html_text(p->html, ")");
}

/* The chapters of which not all claims hold; with all others there would be no room for the table
 * on a first screen. */
static void each_chapter(struct page *p) {
    const char *before = ": ";
    size_t whole = 0;
    html_open(p->html, "span", "class", "each", NULL);
    for (size_t i = 0; i < p->chapter_count; i++) {
        struct tally t = {0};
        count(&t, &p->chapters[i]);
        whole += t.all && t.by[OUTCOME_REPRODUCED] == t.all;
        if (t.by[OUTCOME_REPRODUCED] == t.all)
            continue;
        scoped_text char *chapter = text_format("#%s", p->chapters[i].experiment->name);
        html_text(p->html, "%s", before);
        html_link(p->html, chapter, "%s", p->chapters[i].experiment->title);
        html_text(p->html, "\u00a0%zu\u00a0of\u00a0%zu", t.by[OUTCOME_REPRODUCED], t.all);
        before = ", ";
    }
    if (whole && *before == ',')
        html_text(p->html, ", all of %zu other%s", whole, whole == 1 ? "" : "s");
    html_close(p->html);
}

static void sentence(struct page *p) {
    struct tally t = {0};
    for (size_t i = 0; i < p->chapter_count; i++)
        count(&t, &p->chapters[i]);
    if (!t.all)
        return;
    size_t held = t.by[OUTCOME_REPRODUCED];
    html_open(p->html, "p", "class", "lead", NULL);
    html_open(p->html, "b", NULL);
    if (held == t.all && held == 1)
        html_text(p->html, "In this run the one claim holds");
    else if (held == t.all)
        html_text(p->html, "In this run all %zu claims hold", held);
    else
        html_text(p->html, "In this run %zu of %zu claims hold", held, t.all);
    html_text(p->html, ", in %s", clock_unit(p->run->clock));
    html_close(p->html);
    rest(p, &t);
    each_chapter(p);
    html_text(p->html, ".");
    html_close(p->html);
}

void page_answers(struct page *p) {
    struct answers all = gather(p);
    sentence(p);
    if (all.count)
        table(p, &all);
    free(all.lines);
}
