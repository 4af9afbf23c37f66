/* SPDX-License-Identifier: MIT */
/* comparison_test.c -- two runs held against each other: every change a row can show, the inputs
 * that explain it, and folders compared to the byte. */
#include "base/memory.h"
#include "report/comparison.h"
#include "base/status.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row in memory with one steady sample a boot; run_load makes such rows from logs. */
static void add_row(struct run *run, const char *name, enum clock clock, const double *boots,
                    size_t count) {
    while (run->boot_count < count) {
        struct boot *b = run_add_boot(run);
        run_set(&b->system, "spin");
        b->boot = (unsigned)run->boot_count - 1;
    }
    run->rows = array_grow(run->rows, run->row_count, sizeof *run->rows);
    struct row *row = &run->rows[run->row_count++];
    *row = (struct row){.name = text_copy(name),
                        .system = text_copy("spin"),
                        .experiment = text_copy("syscall"),
                        .clock = clock,
                        .state = ROW_COMPLETE,
                        .why = ""};
    for (size_t i = 0; i < count; i++) {
        row->trials = array_grow(row->trials, i, sizeof *row->trials);
        struct trial *t = &row->trials[row->trial_count++];
        *t = (struct trial){.boot = i, .clock = clock, .batch = 1, .line = 1};
        t->state = ROW_COMPLETE;
        t->why = text_copy("");
        t->steady.gross = calloc(1, sizeof(double));
        t->steady.net = calloc(1, sizeof(double));
        t->steady.net[0] = t->steady.gross[0] = boots[i];
        t->steady.count = 1;
    }
    if (count && clock != CLOCK_NONE) {
        row->figures = (struct figures){.present = true, .samples = count};
        row->figures.median = stats_median(boots, count);
    }
}

static void add_exact(struct run *run, const char *name, double value) {
    add_row(run, name, CLOCK_ICOUNT, &value, 1);
}

/* Compares, expects the one row's change and the status, and frees all. */
static void expect(struct run *a, struct run *b, enum row_change change, int status) {
    struct comparison *c = comparison_make(a, b, 0);
    if (c->rows[0].change != change || comparison_status(c) != status)
        fail_msg("%s, status %d", row_change_name(c->rows[0].change), comparison_status(c));
    comparison_free(c);
    run_free(a);
    run_free(b);
}

static void exact_rows_compare_exactly(void **state) {
    (void)state;
    static const struct {
        double a, b;
        enum row_change change;
        int status;
    } cases[] = {
        {34, 34, ROW_SAME, STATUS_OK},        {34, 35, ROW_SLOWER, STATUS_DIFFERS},
        {34, 33, ROW_FASTER, STATUS_DIFFERS}, {0, 0, ROW_SAME, STATUS_OK},
        {0, 1, ROW_SLOWER, STATUS_DIFFERS},   {0, -1, ROW_FASTER, STATUS_DIFFERS},
        {-2, -1, ROW_SLOWER, STATUS_DIFFERS}, {-2, -3, ROW_FASTER, STATUS_DIFFERS},
        {-2, 1, ROW_SLOWER, STATUS_DIFFERS},  {2, -1, ROW_FASTER, STATUS_DIFFERS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run *a = run_new(), *b = run_new();
        add_exact(a, "spin:syscall/null", cases[i].a);
        add_exact(b, "spin:syscall/null", cases[i].b);
        expect(a, b, cases[i].change, cases[i].status);
    }
}

static void nothing_to_nothing_is_no_move(void **state) {
    (void)state;
    struct run *a = run_new(), *b = run_new();
    add_exact(a, "spin:call/none", 0);
    add_exact(b, "spin:call/none", 0);
    struct comparison *c = comparison_make(a, b, 0);
    assert_true(c->rows[0].ratio.low == 1 && c->rows[0].ratio.high == 1);
    char *text = comparison_row_text(&c->rows[0]);
    assert_string_equal(text, "0 -> 0 instructions, +0.00 %");
    free(text);
    comparison_free(c);
    run_free(a);
    run_free(b);
}

/* The words and the sign of two figures that are not the same. */
static void expect_text(enum clock clock, double a_figure, double b_figure, enum row_change change,
                        const char *wanted) {
    enum { BOOTS = 5 };
    double a_boots[BOOTS], b_boots[BOOTS];
    for (int i = 0; i < BOOTS; i++)
        a_boots[i] = a_figure, b_boots[i] = b_figure;
    struct run *a = run_new(), *b = run_new();
    add_row(a, "spin:call/none", clock, a_boots, BOOTS);
    add_row(b, "spin:call/none", clock, b_boots, BOOTS);
    struct comparison *c = comparison_make(a, b, 0);
    char *text = comparison_row_text(&c->rows[0]);
    assert_int_equal(c->rows[0].change, change);
    assert_string_equal(text, wanted);
    free(text);
    comparison_free(c);
    run_free(a);
    run_free(b);
}

static void zero_and_negative_figures_have_the_right_sign(void **state) {
    (void)state;
    static const enum clock clocks[] = {CLOCK_ICOUNT, CLOCK_TSC, CLOCK_HOST};
    static const struct {
        double a, b;
        enum row_change change;
        const char *figures, *percent;
    } cases[] = {
        {-4, -2, ROW_SLOWER, "-4 -> -2", ", +50.00 %"},
        {-4, -6, ROW_FASTER, "-4 -> -6", ", -50.00 %"},
        {-2, 2, ROW_SLOWER, "-2 -> 2", ", +200.00 %"},
        {2, -2, ROW_FASTER, "2 -> -2", ", -200.00 %"},
        {0, 3, ROW_SLOWER, "0 -> 3", ""},
        {0, -3, ROW_FASTER, "0 -> -3", ""},
        {3, 0, ROW_FASTER, "3 -> 0", ", -100.00 %"},
        {-3, 0, ROW_SLOWER, "-3 -> 0", ", +100.00 %"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t k = 0; k < sizeof clocks / sizeof clocks[0]; k++) {
            char *wanted =
                text_format("%s %s%s", cases[i].figures, clock_unit(clocks[k]), cases[i].percent);
            expect_text(clocks[k], cases[i].a, cases[i].b, cases[i].change, wanted);
            free(wanted);
        }
}

static void another_number_of_boots_is_no_difference(void **state) {
    (void)state;
    struct run *a = run_new(), *b = run_new();
    add_row(a, "spin:syscall/null", CLOCK_ICOUNT, (double[]){34}, 1);
    add_row(b, "spin:syscall/null", CLOCK_ICOUNT, (double[]){34, 34}, 2);
    struct comparison *c = comparison_make(a, b, 0);
    assert_int_equal(c->input_count, 1);
    assert_string_equal(c->inputs[0].name, "boots");
    assert_string_equal(c->inputs[0].a, "1");
    assert_string_equal(c->inputs[0].b, "2");
    comparison_free(c);
    expect(a, b, ROW_SAME, STATUS_OK);
}

static void the_same_median_of_other_samples_is_a_change(void **state) {
    (void)state;
    struct run *a = run_new(), *b = run_new();
    add_exact(a, "spin:syscall/null", 34);
    add_exact(b, "spin:syscall/null", 34);
    b->rows[0].trials[0].cold.net = calloc(1, sizeof(double));
    b->rows[0].trials[0].cold.count = 1;
    struct comparison *c = comparison_make(a, b, 0);
    char *text = comparison_row_text(&c->rows[0]);
    assert_string_equal(text, "34 -> 34 instructions, +0.00 %, other samples");
    free(text);
    comparison_free(c);
    expect(a, b, ROW_CHANGED, STATUS_DIFFERS);
}

/* Of two lists the one may begin as the other. */
static void more_samples_are_other_samples(void **state) {
    (void)state;
    for (int more = 0; more < 2; more++) {
        struct run *a = run_new(), *b = run_new();
        add_exact(a, "spin:syscall/null", 34);
        add_exact(b, "spin:syscall/null", 34);
        struct samples *cold[] = {&a->rows[0].trials[0].cold, &b->rows[0].trials[0].cold};
        for (int i = 0; i < 2; i++) {
            cold[i]->count = 1 + (i == more);
            cold[i]->net = calloc(cold[i]->count, sizeof(double));
        }
        expect(a, b, ROW_CHANGED, STATUS_DIFFERS);
    }
}

/* The second boot had another image than the first, in both runs: each is held against its like. */
static void a_boot_is_held_against_that_of_its_number(void **state) {
    (void)state;
    struct run *runs[2];
    for (int i = 0; i < 2; i++) {
        runs[i] = run_new();
        add_row(runs[i], "spin:syscall/null", CLOCK_ICOUNT, (double[]){34, 34}, 2);
        run_set(&runs[i]->boots[1].image_sha256, "2");
    }
    struct comparison *c = comparison_make(runs[0], runs[1], 0);
    assert_int_equal(c->input_count, 0);
    comparison_free(c);
    run_free(runs[0]);
    run_free(runs[1]);
}

/* A system with several sets of devices has a boot for each, all of one number and in any order. */
static void a_boot_is_held_against_that_of_its_devices(void **state) {
    (void)state;
    static const char *const disks[] = {"size=64MiB content=zero backend=memory sha256=1",
                                        "size=256MiB content=zero backend=memory sha256=2"};
    static const char *const nics[] = {"hub=a link_ns=1",
                                       "hub=a link_ns=1 sends=linux.pcap sha256=3"};
    struct run *runs[2];
    for (int i = 0; i < 2; i++) {
        runs[i] = run_new();
        add_row(runs[i], "exo:syscall/null", CLOCK_ICOUNT, (double[]){34, 34, 34, 34}, 4);
        for (int k = 0; k < 4; k++) {
            struct boot *b = &runs[i]->boots[k];
            b->boot = 0;
            texts_add(k < 2 ? &b->disks : &b->nics, (k < 2 ? disks : nics)[(k + 1 - i) % 2]);
        }
    }
    struct comparison *c = comparison_make(runs[0], runs[1], 0);
    assert_int_equal(c->input_count, 0);
    comparison_free(c);
    run_free(runs[0]);
    run_free(runs[1]);
}

/* Two runs of one row with the same instructions, both counted; B's loads are 7, or it lost its
 * counters. */
static void counted_runs(struct run **a, struct run **b, bool lost) {
    struct run **runs[] = {a, b};
    for (int i = 0; i < 2; i++) {
        struct run *run = *runs[i] = run_new();
        add_exact(run, "spin:syscall/null", 34);
        run->counters = run->rows[0].figures.counted = true;
        run->rows[0].figures.counters[COUNTER_loads] = 6 + i;
        run->rows[0].figures.counters[COUNTER_pages] = 3;
    }
    if (lost)
        (*b)->rows[0].figures = (struct figures){.present = true, .samples = 1, .median = 34};
}

static void other_counters_are_a_change_and_named(void **state) {
    (void)state;
    static const struct {
        bool lost;
        double threshold;
        const char *wanted;
    } cases[] = {
        {false, 0, "34 -> 34 instructions, +0.00 %, loads 6 -> 7"},
        {false, 0.05, "34 -> 34 instructions, +0.00 %, loads 6 -> 7"},
        {true, 0, "34 -> 34 instructions, +0.00 %, no counters any more"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run *a, *b;
        counted_runs(&a, &b, cases[i].lost);
        struct comparison *c = comparison_make(a, b, cases[i].threshold);
        char *text = comparison_row_text(&c->rows[0]);
        assert_int_equal(c->rows[0].change, ROW_CHANGED);
        assert_int_equal(comparison_status(c), STATUS_DIFFERS);
        assert_string_equal(text, cases[i].wanted);
        free(text);
        comparison_free(c);
        run_free(a);
        run_free(b);
    }
}

static void a_run_that_did_not_count_has_no_other_counters(void **state) {
    (void)state;
    struct run *a, *b;
    counted_runs(&a, &b, true);
    b->counters = false;
    struct comparison *c = comparison_make(a, b, 0);
    assert_int_equal(c->input_count, 1);
    assert_string_equal(c->inputs[0].name, "counters");
    comparison_free(c);
    expect(a, b, ROW_SAME, STATUS_OK);
}

static void missing_and_new_rows_are_listed(void **state) {
    (void)state;
    struct run *a = run_new(), *b = run_new();
    add_exact(a, "spin:syscall/old", 34);
    add_exact(a, "spin:syscall/null", 34);
    add_exact(b, "spin:syscall/null", 34);
    add_exact(b, "spin:syscall/new", 34);
    struct comparison *c = comparison_make(a, b, 0);
    assert_int_equal(c->row_count, 3);
    assert_int_equal(c->rows[0].change, ROW_GONE);
    assert_int_equal(c->rows[1].change, ROW_SAME);
    assert_int_equal(c->rows[2].change, ROW_NEW);
    assert_string_equal(comparison_row_name(&c->rows[2]), "spin:syscall/new");
    assert_int_equal(comparison_status(c), STATUS_DIFFERS);
    comparison_free(c);
    run_free(a);
    run_free(b);
}

static void unlike_clocks_are_refused(void **state) {
    (void)state;
    struct run *a = run_new(), *b = run_new();
    add_exact(a, "spin:syscall/null", 34);
    add_row(b, "spin:syscall/null", CLOCK_TSC, (double[]){34}, 1);
    expect(a, b, ROW_UNLIKE, STATUS_UNLIKE);
    a = run_new(), b = run_new();
    add_exact(a, "spin:syscall/null", 34);
    add_exact(b, "exo:syscall/null", 34);
    expect(a, b, ROW_GONE, STATUS_UNLIKE); /* nothing in common */
    a = run_new(), b = run_new();
    add_row(a, "spin:syscall/null", CLOCK_NONE, (double[]){34}, 1);
    add_row(b, "spin:syscall/null", CLOCK_NONE, (double[]){34}, 1);
    expect(a, b, ROW_UNLIKE, STATUS_UNLIKE); /* no figure to compare */
}

static void noisy_rows_compare_by_boots(void **state) {
    (void)state;
    static const double base[] = {1000, 1002, 998, 1001, 999, 1003};
    static const double slow[] = {1200, 1202, 1198, 1201, 1199, 1203};
    static const double wild[] = {400, 1900, 1010, 700, 1400, 990};
    static const struct {
        const double *b;
        size_t count;
        enum row_change change;
        int status;
    } cases[] = {{base, 6, ROW_SAME, STATUS_OK},
                 {slow, 6, ROW_SLOWER, STATUS_DIFFERS},
                 {wild, 6, ROW_UNSURE, STATUS_UNSURE},
                 {slow, 4, ROW_UNSURE, STATUS_UNSURE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run *a = run_new(), *b = run_new();
        add_row(a, "spin:syscall/null", CLOCK_TSC, base, 6);
        add_row(b, "spin:syscall/null", CLOCK_TSC, cases[i].b, cases[i].count);
        expect(a, b, cases[i].change, cases[i].status);
    }
}

static void differing_inputs_are_told_apart(void **state) {
    (void)state;
    struct run *a = run_new(), *b = run_new();
    add_exact(a, "spin:syscall/null", 34);
    add_exact(b, "spin:syscall/null", 36);
    run_set(&b->revision, "def");
    run_set(&b->host_cpu, "another");
    run_add_tool(a, "compiler", "gcc 12.2");
    run_add_tool(b, "compiler", "gcc 13.1");
    run_add_tool(a, "qemu", "7.2.22");
    run_add_tool(b, "qemu", "7.2.22");
    run_set(&b->boots[0].image_sha256, "00ff");
    run_set(&b->boots[0].command_line, "run=1");
    b->samples = 8;
    struct comparison *c = comparison_make(a, b, 0);
    size_t kinds[INPUT_KINDS] = {0};
    for (size_t i = 0; i < c->input_count; i++)
        kinds[c->inputs[i].kind]++;
    assert_int_equal(kinds[INPUT_BUILD], 3);   /* revision, compiler, image */
    assert_int_equal(kinds[INPUT_MACHINE], 1); /* processor */
    assert_int_equal(kinds[INPUT_OPTION], 2);  /* samples, command line */
    char *why = comparison_row_inputs(c, &c->rows[0]);
    assert_string_equal(why, "compiler, image, command line");
    char *text = comparison_row_text(&c->rows[0]);
    assert_string_equal(text, "34 -> 36 instructions, +5.88 %");
    free(why);
    free(text);
    comparison_free(c);
    run_free(a);
    run_free(b);
}

/* Under a threshold a row may move as far, but only with an input that explains it; a row that was
 * not asked for, and one that is new, are no difference. */
static void a_threshold_lets_rows_move(void **state) {
    (void)state;
    static const struct {
        double b;
        const char *image;
        enum row_change change;
        int status;
    } cases[] = {
        {100, "", ROW_SAME, STATUS_OK},
        {104, "other", ROW_MOVED, STATUS_OK},
        {96, "other", ROW_MOVED, STATUS_OK},
        {106, "other", ROW_SLOWER, STATUS_DIFFERS},
        {94, "other", ROW_FASTER, STATUS_DIFFERS},
        {101, "", ROW_SLOWER, STATUS_DIFFERS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run *a = run_new(), *b = run_new();
        add_exact(a, "spin:syscall/null", 100);
        add_exact(a, "spin:syscall/unasked", 1);
        add_exact(b, "spin:syscall/null", cases[i].b);
        add_exact(b, "spin:syscall/new", 1);
        run_set(&b->boots[0].image_sha256, cases[i].image);
        struct comparison *c = comparison_make(a, b, 0.05);
        assert_int_equal(c->rows[0].change, cases[i].change);
        assert_int_equal(c->rows[1].change, ROW_UNASKED);
        assert_int_equal(c->rows[2].change, ROW_NEW);
        assert_int_equal(comparison_status(c), cases[i].status);
        comparison_free(c);
        run_add_row(b, "spin:syscall/unasked", "syscall"); /* asked for after all: it is missing */
        c = comparison_make(a, b, 0.05);
        assert_int_equal(c->rows[1].change, ROW_GONE);
        assert_int_equal(comparison_status(c), STATUS_DIFFERS);
        comparison_free(c);
        run_free(a);
        run_free(b);
    }
}

static void only_whole_exact_runs_must_be_identical(void **state) {
    (void)state;
    for (int noisy = 0; noisy < 2; noisy++) {
        struct run *a = run_new(), *b = run_new();
        add_exact(a, "spin:syscall/null", 34);
        add_exact(b, "spin:syscall/null", 34);
        if (noisy) {
            add_row(a, "host:syscall/null", CLOCK_HOST, (double[]){34}, 1);
            add_row(b, "host:syscall/null", CLOCK_HOST, (double[]){34}, 1);
        }
        a->complete = b->complete = true;
        struct comparison *c = comparison_make(a, b, 0);
        assert_int_equal(comparison_identical_due(c), !noisy);
        b->complete = false;
        assert_false(comparison_identical_due(c));
        comparison_free(c);
        run_free(a);
        run_free(b);
    }
}

static void folder_write_text(const char *root, const char *name, const char *text) {
    char *path = text_format("%s/%s", root, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    free(path);
}

static void folders_differ_in_nothing_but_time(void **state) {
    (void)state;
    char a[] = "/tmp/exospin-same-XXXXXX", b[] = "/tmp/exospin-same-XXXXXX";
    assert_true(mkdtemp(a) && mkdtemp(b));
    const char *run_json = "{\"revision\": \"%s\", \"started\": \"%s\", \"finished\": \"%s\"}";
    char *early = text_format(run_json, "r", "1", "2"),
         *late = text_format(run_json, "r", "3", "4");
    char *other = text_format(run_json, "s", "1", "2");
    struct run *one = run_new(), *two = run_new();
    struct failure why;
    run_set(&one->dir, a);
    run_set(&two->dir, b);
    struct comparison *c = comparison_make(one, two, 0);
    folder_write_text(a, "run.json", early);
    folder_write_text(b, "run.json", late);
    folder_write_text(a, "spin.log", "same");
    folder_write_text(b, "spin.log", "same");
    assert_int_equal(comparison_files(c, &why), 0);
    assert_int_equal(c->differ.count, 0);
    assert_int_equal(c->files, 2);
    folder_write_text(b, "run.json", other);
    folder_write_text(b, "spin.log", "sane");
    folder_write_text(b, "zebra", "");
    folder_write_text(a, "apple", "");
    assert_int_equal(comparison_files(c, &why), 0);
    assert_int_equal(c->differ.count, 4);
    assert_non_null(strstr(c->differ.items[0], "apple: only in"));
    assert_non_null(strstr(c->differ.items[1], "run.json: differs"));
    assert_string_equal(c->differ.items[2], "spin.log: differs from byte 2 on");
    assert_non_null(strstr(c->differ.items[3], "zebra: only in"));
    run_set(&two->dir, "/nowhere");
    assert_int_equal(comparison_files(c, &why), STATUS_FOLDER);
    comparison_free(c);
    run_free(one);
    run_free(two);
    free(early);
    free(late);
    free(other);
    char *command = text_format("rm -r %s %s", a, b);
    assert_int_equal(system(command), 0);
    free(command);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_rows_compare_exactly),
        cmocka_unit_test(nothing_to_nothing_is_no_move),
        cmocka_unit_test(zero_and_negative_figures_have_the_right_sign),
        cmocka_unit_test(another_number_of_boots_is_no_difference),
        cmocka_unit_test(the_same_median_of_other_samples_is_a_change),
        cmocka_unit_test(more_samples_are_other_samples),
        cmocka_unit_test(a_boot_is_held_against_that_of_its_number),
        cmocka_unit_test(a_boot_is_held_against_that_of_its_devices),
        cmocka_unit_test(other_counters_are_a_change_and_named),
        cmocka_unit_test(a_run_that_did_not_count_has_no_other_counters),
        cmocka_unit_test(missing_and_new_rows_are_listed),
        cmocka_unit_test(unlike_clocks_are_refused),
        cmocka_unit_test(noisy_rows_compare_by_boots),
        cmocka_unit_test(differing_inputs_are_told_apart),
        cmocka_unit_test(a_threshold_lets_rows_move),
        cmocka_unit_test(only_whole_exact_runs_must_be_identical),
        cmocka_unit_test(folders_differ_in_nothing_but_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
