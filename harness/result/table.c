/* SPDX-License-Identifier: MIT */
/* table.c -- sort a run's rows into lines and columns. The steps: list the rows with their names
 * apart from their systems; find in whose clock's table each stands; bring those of one family, and
 * of one name in it, together; make a column of each system and a line of each name; divide. */
#include "result/table.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/text.h"
#include "guest/system.h"
#include "result/variants.h"
#include "run/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row of the run while it is sorted; name and family as a table's line has them. */
struct entry {
    const struct row *row;
    const char *label;
    char *name, *family;
    enum clock clock;                       /* in whose table it stands */
    size_t order, family_order, name_order; /* its place in the run, and of the first such row */
};

struct entries {
    struct entry *items;
    size_t count;
};

/* The first part of NAME that is not the experiment's own, without its value; a new string. */
static char *family_of(const char *name, const char *experiment) {
    size_t length = strlen(experiment);
    if (!strncmp(name, experiment, length) && name[length] == '/')
        name += length + 1;
    return text_format("%.*s", (int)strcspn(name, "/:"), name);
}

static struct entries list_rows(const struct run *run, const char *experiment) {
    struct entries all = {memory_new(run->row_count + 1, sizeof *all.items), 0};
    for (size_t i = 0; i < run->row_count; i++) {
        const struct row *row = &run->rows[i];
        if (row->kind != ROW_BENCH || strcmp(row->experiment, experiment) != 0)
            continue;
        char *name = row_spec(run, row);
        all.items[all.count++] = (struct entry){.row = row,
                                                .label = row_label(run, row),
                                                .name = name,
                                                .family = family_of(name, experiment),
                                                .clock = row->clock,
                                                .order = i};
    }
    return all;
}

static int order(size_t a, size_t b) {
    return (a > b) - (a < b);
}

static int by_name(const void *one, const void *other) {
    const struct entry *a = one, *b = other;
    int names = strcmp(a->name, b->name);
    return names ? names : order(a->order, b->order);
}

static int by_family(const void *one, const void *other) {
    const struct entry *a = one, *b = other;
    int families = strcmp(a->family, b->family);
    return families ? families : order(a->order, b->order);
}

static int by_line(const void *one, const void *other) {
    const struct entry *a = one, *b = other;
    return a->family_order != b->family_order ? order(a->family_order, b->family_order)
           : a->name_order != b->name_order   ? order(a->name_order, b->name_order)
                                              : order(a->order, b->order);
}

/* Rows of one name: one without a figure goes by the clock of the first that has one. */
static void settle_clocks(struct entry *entries, size_t count, enum clock otherwise) {
    enum clock home = otherwise;
    for (size_t i = count; i-- > 0;)
        if (entries[i].row->figures.present)
            home = entries[i].clock;
    for (size_t i = 0; i < count; i++) {
        entries[i].name_order = entries[0].order;
        if (!entries[i].row->figures.present)
            entries[i].clock = home;
    }
}

/* Leaves the rows of CLOCK alone. */
static void choose(struct entries *all, enum clock clock) {
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].clock == clock) {
            all->items[kept++] = all->items[i];
            continue;
        }
        free(all->items[i].name);
        free(all->items[i].family);
    }
    all->count = kept;
}

static void arrange(struct entries *all, enum clock clock, enum clock otherwise) {
    qsort(all->items, all->count, sizeof *all->items, by_name);
    for (size_t from = 0, to; from < all->count; from = to) {
        for (to = from + 1; to < all->count && !strcmp(all->items[to].name, all->items[from].name);)
            to++;
        settle_clocks(&all->items[from], to - from, otherwise);
    }
    choose(all, clock);
    qsort(all->items, all->count, sizeof *all->items, by_family);
    for (size_t i = 0; i < all->count; i++) {
        struct entry *e = &all->items[i];
        bool first = !i || strcmp(e->family, e[-1].family) != 0;
        e->family_order = first ? e->order : e[-1].family_order;
    }
    qsort(all->items, all->count, sizeof *all->items, by_line);
}

/* ---- columns ---- */

/* The column of SYSTEM and LABEL; column_count where there is none. */
static size_t find_column(const struct table *t, const char *system, const char *label) {
    size_t i = 0;
    while (i < t->column_count &&
           (strcmp(t->columns[i].system, system) != 0 || strcmp(t->columns[i].label, label) != 0))
        i++;
    return i;
}

static int by_system(const void *one, const void *other) {
    const struct table_column *a = one, *b = other;
    size_t a_place = system_place(a->system), b_place = system_place(b->system);
    return a_place != b_place ? order(a_place, b_place) : strcmp(a->label, b->label);
}

static void find_columns(struct table *t, const struct entries *all) {
    for (size_t i = 0; i < all->count; i++) {
        const struct entry *e = &all->items[i];
        if (find_column(t, e->row->system, e->label) < t->column_count)
            continue;
        t->columns = array_grow(t->columns, t->column_count, sizeof *t->columns);
        t->columns[t->column_count++] = (struct table_column){e->row->system, e->label};
    }
    if (t->column_count)
        qsort(t->columns, t->column_count, sizeof *t->columns, by_system);
}

/* ---- lines ---- */

static struct table_line *add_line(struct table *t, const struct entry *e) {
    t->lines = array_grow(t->lines, t->line_count, sizeof *t->lines);
    struct table_line *line = &t->lines[t->line_count++];
    *line = (struct table_line){text_copy(e->name), text_copy(e->family),
                                memory_new(t->column_count, sizeof *line->cells)};
    return line;
}

static void find_lines(struct table *t, const struct entries *all) {
    struct table_line *line = NULL;
    for (size_t i = 0; i < all->count; i++) {
        const struct entry *e = &all->items[i];
        if (!i || e->name_order != e[-1].name_order)
            line = add_line(t, e);
        size_t column = find_column(t, e->row->system, e->label);
        assert_that(column < t->column_count);
        line->cells[column].row = e->row;
    }
}

/* CELL's median divided by that of the same line's row of SYSTEM. */
static double multiple(const struct table *t, const struct table_line *line,
                       const struct table_cell *cell, const char *system) {
    size_t column = find_column(t, system, "");
    const struct row *of = column < t->column_count ? line->cells[column].row : NULL;
    if (!cell->row || !of || cell->row == of || !cell->row->figures.present || !of->figures.present)
        return NAN;
    return stats_multiple(cell->row->figures.median, of->figures.median);
}

static void divide(struct table *t) {
    for (size_t i = 0; i < t->line_count; i++)
        for (size_t k = 0; k < t->column_count; k++) {
            struct table_cell *cell = &t->lines[i].cells[k];
            cell->of_floor = multiple(t, &t->lines[i], cell, "floor");
            cell->of_linux = multiple(t, &t->lines[i], cell, "linux");
        }
}

struct table *table_new(const struct run *run, const char *experiment, enum clock clock) {
    struct table *t = memory_new(1, sizeof *t);
    struct entries all = list_rows(run, experiment);
    t->clock = clock;
    arrange(&all, clock, run->clock);
    find_columns(t, &all);
    find_lines(t, &all);
    divide(t);
    for (size_t i = 0; i < all.count; i++) {
        free(all.items[i].name);
        free(all.items[i].family);
    }
    free(all.items);
    return t;
}

void table_free(struct table *t) {
    for (size_t i = 0; i < t->line_count; i++) {
        free(t->lines[i].name);
        free(t->lines[i].family);
        free(t->lines[i].cells);
    }
    free(t->lines);
    free(t->columns);
    free(t);
}
