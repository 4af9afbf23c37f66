/* SPDX-License-Identifier: MIT */
/* then.c -- then and now: all the papers' ratios of a run against ours, as data
 * for plots/then.gp. */
#include "base/memory.h"
#include "base/scope.h"
#include "base/text.h"
#include "page/counterpart.h"
#include "page/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The baseline itself, 1 and 1, says nothing. */
static bool is_point(const struct page *p, const struct counterpart *c) {
    return !isnan(c->then) && !isnan(c->now) && c->now > 0 && c->ours->clock == p->run->clock &&
           (c->match->of_row || strcmp(c->theirs->system, c->match->of) != 0);
}

/* "SOSP 1995": where C's row was printed, a word and a year in its provenance; the name of its
 * table where there is no such pair. A new string. */
static char *venue(const struct counterpart *c) {
    for (const char *at = c->theirs->provenance; (at = strstr(at, ", ")) != NULL;) {
        at += strlen(", ");
        size_t word = strcspn(at, " ");
        if (at[word] && strspn(at + word + 1, "0123456789") == strlen("1995"))
            return text_format("%.*s", (int)(word + strlen(" 1995")), at);
    }
    return text_copy(c->match->table);
}

/* The place in SERIES, from 1, of what shares a mark: a paper, a system of it, and whether the row
 * was read. */
static size_t series_of(struct texts *series, const struct counterpart *c) {
    char *name = text_format("%s %s %d", c->match->table, c->theirs->system, c->theirs->seen);
    size_t i = 0;
    while (i < series->count && strcmp(series->items[i], name) != 0)
        i++;
    if (i == series->count)
        texts_take(series, name);
    else
        free(name);
    return i + 1;
}

static void print_points(FILE *to, struct page *p, const struct experiment *e,
                         struct texts *series) {
    size_t count;
    struct counterpart *all = counterparts(p, e, &count);
    for (size_t i = 0; i < count; i++) {
        const struct counterpart *c = &all[i];
        scoped_text char *paper = venue(c);
        if (is_point(p, c))
            fprintf(to, "%zu\t%s\t%s\t%s\t%s\t%.15g\t%.15g\t%d\n", series_of(series, c), paper,
                    c->theirs->system, c->name, c->match->of, c->then, c->now, c->theirs->seen);
    }
    counterparts_free(all, count);
}

int then_draw(struct page *p, struct failure *why) {
    char *data = NULL;
    size_t length = 0;
    struct texts series = {0};
    FILE *to = open_memstream(&data, &length);
    if (!to)
        memory_exhausted();
    fputs("series\tpaper\tsystem\trow\tof\ttheirs\tours\tseen\n", to);
    for (size_t i = 0; i < p->chapter_count; i++)
        print_points(to, p, p->chapters[i].experiment, &series);
    if (fclose(to))
        memory_exhausted();
    int status = series.count ? plot_ratios(p->run, p->folder, data, length, &p->files, why) : 0;
    texts_free(&series);
    free(data);
    return status;
}
