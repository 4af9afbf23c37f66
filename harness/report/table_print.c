/* SPDX-License-Identifier: MIT */
/* table_print.c -- the tables of all experiments that go by one clock are printed as one, with the
 * columns of them all. */
#include "report/table_print.h"
#include "base/assert.h"
#include "report/grid.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/text.h"
#include "guest/system.h"
#include "result/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is printed as one table. */
struct sheet {
    enum clock clock;
    struct sheet_part {
        struct table *table;
    } * parts; /* one an experiment */
    size_t part_count;
    struct table_column *columns;
    size_t column_count;
    const char *base; /* whose multiples are shown; null: neither the floor nor Linux is there */
};

static bool same_column(const struct table_column *a, const struct table_column *b) {
    return !strcmp(a->system, b->system) && !strcmp(a->label, b->label);
}

/* Adds the columns of SYSTEM, one without a label first. */
static void add_columns(struct sheet *s, const char *system, bool labelled) {
    for (size_t i = 0; i < s->part_count; i++)
        for (size_t k = 0; k < s->parts[i].table->column_count; k++) {
            const struct table_column *column = &s->parts[i].table->columns[k];
            bool known = strcmp(column->system, system) != 0 || labelled == !*column->label;
            for (size_t j = 0; j < s->column_count; j++)
                known |= same_column(&s->columns[j], column);
            if (known)
                continue;
            s->columns = array_grow(s->columns, s->column_count, sizeof *s->columns);
            s->columns[s->column_count++] = *column;
        }
}

static struct sheet sheet_make(const struct run *run, enum clock clock) {
    struct sheet s = {.clock = clock};
    scoped_texts struct texts experiments = {0};
    size_t system_count;
    const struct system *systems = system_list(&system_count);
    for (size_t i = 0; i < run->row_count; i++)
        if (run->rows[i].kind == ROW_BENCH)
            texts_add_new(&experiments, run->rows[i].experiment);
    s.parts = memory_new(experiments.count + 1, sizeof *s.parts);
    for (size_t i = 0; i < experiments.count; i++)
        s.parts[s.part_count++].table = table_new(run, experiments.items[i], clock);
    for (size_t i = 0; i < system_count; i++) {
        add_columns(&s, systems[i].name, false);
        add_columns(&s, systems[i].name, true);
    }
    for (size_t i = 0; i < s.column_count; i++)
        if (!strcmp(s.columns[i].system, "floor") ||
            (!s.base && !strcmp(s.columns[i].system, "linux")))
            s.base = s.columns[i].system;
    return s;
}

static void sheet_free(struct sheet *s) {
    for (size_t i = 0; i < s->part_count; i++)
        table_free(s->parts[i].table);
    free(s->parts);
    free(s->columns);
}

/* The cell of LINE, one of T's, in column K of the sheet; null where T has no such column. */
static const struct table_cell *cell_of(const struct sheet *s, const struct table *t,
                                        const struct table_line *line, size_t k) {
    assert_that(k < s->column_count);
    for (size_t i = 0; i < t->column_count; i++)
        if (same_column(&t->columns[i], &s->columns[k]))
            return &line->cells[i];
    return NULL;
}

static char *figure_text(const struct table_cell *cell) {
    const struct row *row = cell ? cell->row : NULL;
    if (!row)
        return text_copy("");
    const struct figures *f = &row->figures;
    const char *state = row->state == ROW_COMPLETE ? "" : row_state_name(row->state);
    if (!f->present)
        return text_copy(row->verdict == VERDICT_SKIP ? "skipped" : *state ? state : "-");
    scoped_text char *noise = text_copy("");
    if (!clock_exact(row->clock) && f->median != 0) {
        double half = fmax(f->high - f->median, f->median - f->low) / fabs(f->median);
        free(noise);
        noise = text_format(" ±%.1f%%", 100 * half);
    }
    return text_format(clock_exact(row->clock) ? "%.15g%s%s%s" : "%.6g%s%s%s", f->median, noise,
                       *state ? " " : "", state);
}

/* "1.41x", "19x"; "" where there is none. */
static char *multiple_text(const struct sheet *s, const struct table_cell *cell) {
    bool floor = s->base && !strcmp(s->base, "floor");
    double times = !cell ? NAN : floor ? cell->of_floor : cell->of_linux;
    return isnan(times) ? text_copy("") : text_format(times < 10 ? "%.2fx" : "%.0fx", times);
}

/* A label would make its column wider than all the others; a mark leads to the line below. */
static void add_headings(struct grid *g, const struct sheet *s) {
    texts_add(&g->cells, clock_unit(s->clock));
    for (size_t k = 0; k < s->column_count; k++) {
        const struct table_column *column = &s->columns[k];
        texts_take(&g->cells, text_format("%s%s", column->system, *column->label ? "*" : ""));
        texts_add(&g->cells, "");
    }
}

/* The bench, then for each system its figure and the multiple. */
static struct grid grid_make(const struct sheet *s) {
    struct grid g = {.width = 1 + 2 * s->column_count, .paired = true};
    add_headings(&g, s);
    for (size_t i = 0; i < s->part_count; i++)
        for (size_t j = 0; j < s->parts[i].table->line_count; j++) {
            const struct table_line *line = &s->parts[i].table->lines[j];
            texts_add(&g.cells, line->name);
            for (size_t k = 0; k < s->column_count; k++) {
                const struct table_cell *cell = cell_of(s, s->parts[i].table, line, k);
                texts_take(&g.cells, figure_text(cell));
                texts_take(&g.cells, multiple_text(s, cell));
            }
        }
    assert_that(g.cells.count % g.width == 0);
    return g;
}

static void print_note(const struct sheet *s, FILE *to) {
    if (s->base && s->column_count > 1)
        fprintf(to, "x: times the figure of %s\n", s->base);
    for (size_t k = 0; k < s->column_count; k++)
        if (*s->columns[k].label)
            text_print(to,
                       "* %s booted once more, with %s, the distribution's own choice; the other "
                       "column is with mitigations=off, for our kernels have none\n",
                       s->columns[k].system, s->columns[k].label);
}

static void print_by(const struct run *run, void (*print)(const struct grid *, FILE *), FILE *to) {
    for (enum clock clock = 0; clock <= CLOCK_NONE; clock++) {
        struct sheet s = sheet_make(run, clock);
        if (s.column_count) {
            struct grid g = grid_make(&s);
            print(&g, to);
            print_note(&s, to);
            texts_free(&g.cells);
        }
        sheet_free(&s);
    }
}

void table_print(const struct run *run, FILE *to) {
    print_by(run, grid_print, to);
}

/* A line right behind a table would be one of it. */
static void print_markdown(const struct grid *g, FILE *to) {
    grid_print_markdown(g, to);
    fputc('\n', to);
}

void table_print_markdown(const struct run *run, FILE *to) {
    print_by(run, print_markdown, to);
}

/* ---- CSV ---- */

/* TEXT, a name or a part of one, as one field. As all names it holds nothing that ends a field; but
 * it may begin as what a spreadsheet computes: that has an apostrophe before it, which spreadsheets
 * take away. */
static void print_field(FILE *to, const char *text) {
    assert_that(!text[strcspn(text, "\",\r\n")]);
    text_print(to, "%s%s,", *text == '+' || *text == '-' ? "'" : "", text);
}

static void print_multiple(FILE *to, double times) {
    if (!isnan(times))
        fprintf(to, "%.6g", times);
}

static void print_figure(const struct sheet *s, const struct table_line *line,
                         const struct table_column *column, const struct table_cell *cell,
                         FILE *to) {
    const struct row *row = cell->row;
    const struct figures *f = &row->figures;
    print_field(to, row->experiment);
    print_field(to, line->name);
    print_field(to, column->system);
    print_field(to, column->label);
    fprintf(to, "%s,%s,", clock_name(s->clock), clock_unit(s->clock));
    if (f->present)
        fprintf(to, "%.15g,%.15g,%.15g,%zu,", f->median, f->low, f->high, f->samples);
    else
        fputs(",,,0,", to);
    print_multiple(to, cell->of_floor);
    fputc(',', to);
    print_multiple(to, cell->of_linux);
    fprintf(to, ",%s\n", row->verdict == VERDICT_SKIP ? "skipped" : row_state_name(row->state));
}

void table_print_csv(const struct run *run, FILE *to) {
    fputs(
        "experiment,bench,system,label,clock,unit,median,low,high,samples,of_floor,of_linux,state\n",
        to);
    for (enum clock clock = 0; clock <= CLOCK_NONE; clock++) {
        struct sheet s = sheet_make(run, clock);
        for (size_t i = 0; i < s.part_count; i++) {
            const struct table *t = s.parts[i].table;
            for (size_t j = 0; j < t->line_count * t->column_count; j++) {
                const struct table_line *line = &t->lines[j / t->column_count];
                size_t k = j % t->column_count;
                if (line->cells[k].row)
                    print_figure(&s, line, &t->columns[k], &line->cells[k], to);
            }
        }
        sheet_free(&s);
    }
}
