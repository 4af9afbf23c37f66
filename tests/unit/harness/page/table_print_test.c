/* SPDX-License-Identifier: MIT */
/* table_print_test.c -- a run's figures as a table for a terminal, to the space. */
#include "report/table_print.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

struct made {
    struct row rows[8];
    struct trial trial;
    struct boot boot;
    struct run run;
};

static char none[] = "", experiment[] = "x";

static void add(struct made *m, const char *name, enum clock clock, double low, double median,
                double high) {
    m->boot.label = none;
    m->run.boots = &m->boot;
    m->run.boot_count = 1;
    m->run.rows = m->rows;
    m->rows[m->run.row_count++] =
        (struct row){.name = (char *)(uintptr_t)name,
                     .system = strndup(name, strcspn(name, ":")),
                     .experiment = experiment,
                     .kind = ROW_BENCH,
                     .state = ROW_COMPLETE,
                     .clock = clock,
                     .trials = &m->trial,
                     .trial_count = 1,
                     .figures = {.present = true, .low = low, .median = median, .high = high}};
}

static void expect(struct made *m, const char *wanted) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    table_print(&m->run, to);
    fclose(to);
    assert_string_equal(text, wanted);
    free(text);
    for (size_t i = 0; i < m->run.row_count; i++)
        free(m->rows[i].system);
}

static void multiples_have_three_digits_or_none_after_the_point(void **state) {
    (void)state;
    struct made m = {.run = {.clock = CLOCK_ICOUNT}};
    add(&m, "exo:x/a", CLOCK_ICOUNT, 24, 24, 24);
    add(&m, "linux:x/a", CLOCK_ICOUNT, 3217577, 3217577, 3217577);
    add(&m, "floor:x/a", CLOCK_ICOUNT, 17, 17, 17);
    expect(&m, "instructions   exo          linux              floor\n"
               "x/a            24   1.41x   3217577  189269x   17\n"
               "x: times the figure of floor\n");
}

/* A noisy figure has its interval, but for 0, of which there are no percents. */
static void noise_is_a_part_of_the_figure(void **state) {
    (void)state;
    struct made m = {.run = {.clock = CLOCK_TSC}};
    add(&m, "exo:x/a", CLOCK_TSC, 99, 100, 102);
    add(&m, "host:x/a", CLOCK_TSC, 7, 7, 7);
    add(&m, "exo:x/bc", CLOCK_TSC, -1, 0, 1);
    add(&m, "host:x/bc", CLOCK_TSC, 1, 2, 2);
    expect(&m, "cycles   exo           host\n"
               "x/a      100 ±2.0%     7 ±0.0%\n"
               "x/bc     0             2 ±50.0%\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiples_have_three_digits_or_none_after_the_point),
        cmocka_unit_test(noise_is_a_part_of_the_figure),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("table print", tests, NULL, NULL);
}
