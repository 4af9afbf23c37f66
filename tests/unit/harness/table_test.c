/* SPDX-License-Identifier: MIT */
/* table_test.c -- which rows stand beside each other, in which order, and by what they
 * are divided. */
#include "result/table.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A run of a few rows, each with one boot: that without a label or the one with "m". */
struct made {
    struct row rows[16];
    struct trial trials[16];
    struct boot boots[2];
    struct run run;
};

static char none[] = "", label[] = "m";

static struct made *make(void) {
    struct made *m = calloc(1, sizeof *m);
    assert_non_null(m);
    m->boots[0].label = none;
    m->boots[1].label = label;
    m->run = (struct run){.boots = m->boots, .boot_count = 2, .rows = m->rows};
    return m;
}

/* A median of NAN: no figure. */
static void add(struct made *m, const char *name, enum clock clock, double median, bool labelled) {
    struct trial *trial = &m->trials[m->run.row_count];
    *trial = (struct trial){.boot = labelled};
    m->rows[m->run.row_count++] =
        (struct row){.name = (char *)(uintptr_t)name,
                     .system = strndup(name, strcspn(name, ":")),
                     .experiment = (char *)(uintptr_t) "x",
                     .kind = ROW_BENCH,
                     .clock = clock,
                     .trials = trial,
                     .trial_count = 1,
                     .figures = {.present = !isnan(median), .median = isnan(median) ? 0 : median}};
}

static void unmake(struct made *m) {
    for (size_t i = 0; i < m->run.row_count; i++)
        free(m->rows[i].system);
    free(m);
}

/* The table as one text: "exo linux linux/m | a=1,2,- b=..."; a figure that is missing is "?". */
static void expect(const struct made *m, enum clock clock, const char *wanted) {
    char text[512] = "";
    struct table *t = table_new(&m->run, "x", clock);
    FILE *to = fmemopen(text, sizeof text, "w");
    assert_non_null(to);
    for (size_t k = 0; k < t->column_count; k++)
        fprintf(to, "%s%s%s ", t->columns[k].system, *t->columns[k].label ? "/" : "",
                t->columns[k].label);
    fputc('|', to);
    for (size_t i = 0; i < t->line_count; i++) {
        fprintf(to, " %s(%s)=", t->lines[i].name, t->lines[i].family);
        for (size_t k = 0; k < t->column_count; k++) {
            const struct row *row = t->lines[i].cells[k].row;
            if (row && row->figures.present)
                fprintf(to, "%s%g", k ? "," : "", row->figures.median);
            else
                fprintf(to, "%s%s", k ? "," : "", row ? "?" : "-");
        }
    }
    fclose(to);
    assert_string_equal(text, wanted);
    table_free(t);
}

static void columns_are_systems_in_their_order_and_labels_behind_them(void **state) {
    (void)state;
    struct made *m = make();
    add(m, "floor:x/a", CLOCK_ICOUNT, 1, false);
    add(m, "linux:x/a/m", CLOCK_ICOUNT, 4, true);
    add(m, "linux:x/a", CLOCK_ICOUNT, 3, false);
    add(m, "exo:x/a", CLOCK_ICOUNT, 2, false);
    expect(m, CLOCK_ICOUNT, "exo linux linux/m floor | x/a(a)=2,3,4,1");
    unmake(m);
}

static void lines_are_in_the_order_of_the_run_and_families_together(void **state) {
    (void)state;
    struct made *m = make();
    add(m, "exo:x/b/size:1", CLOCK_ICOUNT, 1, false);
    add(m, "exo:x/a:2", CLOCK_ICOUNT, 2, false);
    add(m, "exo:y/b", CLOCK_ICOUNT, 3, false);
    add(m, "exo:x/a:1", CLOCK_ICOUNT, 4, false);
    add(m, "spin:x/b/size:0", CLOCK_ICOUNT, 5, false);
    expect(m, CLOCK_ICOUNT,
           "exo spin | x/b/size:1(b)=1,- x/b/size:0(b)=-,5 x/a:2(a)=2,- x/a:1(a)=4,- y/b(y)=3,-");
    unmake(m);
}

static void units_never_share_a_table(void **state) {
    (void)state;
    struct made *m = make();
    add(m, "exo:x/a", CLOCK_ICOUNT, 1, false);
    add(m, "host:x/a", CLOCK_HOST, 2, false);
    add(m, "exo:x/b", CLOCK_SIZE, 3, false);
    add(m, "exo:x/c", CLOCK_LINES, 4, false);
    add(m, "exo:x/d", CLOCK_EVENTS, 5, false);
    expect(m, CLOCK_ICOUNT, "exo | x/a(a)=1");
    expect(m, CLOCK_HOST, "host | x/a(a)=2");
    expect(m, CLOCK_SIZE, "exo | x/b(b)=3");
    expect(m, CLOCK_LINES, "exo | x/c(c)=4");
    expect(m, CLOCK_EVENTS, "exo | x/d(d)=5");
    expect(m, CLOCK_TSC, "|");
    unmake(m);
}

static void what_did_not_arrive_stands_where_its_like_stands(void **state) {
    (void)state;
    struct made *m = make();
    add(m, "exo:x/a", CLOCK_NONE, NAN, false);
    add(m, "spin:x/a", CLOCK_SIZE, 2, false);
    add(m, "exo:x/b", CLOCK_NONE, NAN, false);
    expect(m, CLOCK_SIZE, "exo spin | x/a(a)=?,2");
    m->run.clock = CLOCK_TSC;
    expect(m, CLOCK_TSC, "exo | x/b(b)=?");
    unmake(m);
}

static void other_experiments_and_checks_are_left_out(void **state) {
    (void)state;
    struct made *m = make();
    add(m, "exo:x/a", CLOCK_ICOUNT, 1, false);
    add(m, "exo:x/b", CLOCK_ICOUNT, 1, false);
    add(m, "exo:x/c", CLOCK_ICOUNT, 1, false);
    m->rows[0].experiment = none;
    m->rows[1].kind = ROW_CHECK;
    expect(m, CLOCK_ICOUNT, "exo | x/c(c)=1");
    unmake(m);
}

static void multiples_are_of_the_same_line_and_of_boots_without_a_label(void **state) {
    (void)state;
    struct made *m = make();
    add(m, "exo:x/a", CLOCK_ICOUNT, 6, false);
    add(m, "linux:x/a", CLOCK_ICOUNT, 3, false);
    add(m, "linux:x/a/m", CLOCK_ICOUNT, 30, true);
    add(m, "floor:x/a", CLOCK_ICOUNT, 0, false);
    add(m, "exo:x/b", CLOCK_ICOUNT, 6, false);
    struct table *t = table_new(&m->run, "x", CLOCK_ICOUNT);
    const struct table_cell *cells = t->lines[0].cells;
    assert_float_equal(cells[0].of_linux, 2, 0);
    assert_float_equal(cells[2].of_linux, 10, 0);
    assert_true(isnan(cells[1].of_linux));       /* itself */
    assert_true(isnan(cells[0].of_floor));       /* nothing to divide by */
    assert_float_equal(cells[3].of_linux, 0, 0); /* a floor of 0 is 0 times Linux */
    assert_true(isnan(t->lines[1].cells[0].of_linux));
    table_free(t);
    m->rows[1].figures.present = false; /* Linux's row failed: what is left in it is no figure */
    t = table_new(&m->run, "x", CLOCK_ICOUNT);
    assert_true(isnan(t->lines[0].cells[0].of_linux));
    table_free(t);
    unmake(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_systems_in_their_order_and_labels_behind_them),
        cmocka_unit_test(lines_are_in_the_order_of_the_run_and_families_together),
        cmocka_unit_test(units_never_share_a_table),
        cmocka_unit_test(what_did_not_arrive_stands_where_its_like_stands),
        cmocka_unit_test(other_experiments_and_checks_are_left_out),
        cmocka_unit_test(multiples_are_of_the_same_line_and_of_boots_without_a_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
