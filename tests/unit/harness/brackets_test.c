/* SPDX-License-Identifier: MIT */
/* brackets_test.c -- counters find their samples, and counters that are not those of a log's
 * brackets are told from those that are. */
#include "run/brackets.h"
#include "base/scope.h"
#include "base/status.h"
#include "serial.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#define EMPTY "33 4 0 0 0 0 0 0 0 0 0\n"

/* What serial.h's boot makes of COUNTERS. */
static struct run *counted_bytes(const char *counters, size_t length) {
    struct serial s = {0};
    serial_boot(&s);
    struct run *run = run_new();
    struct boot *b = run_add_boot(run);
    struct collection c;
    run_set(&b->system, "spin");
    run_set(&b->raw, "raw/spin.0.log");
    collection_begin(&c, run);
    collection_boot(&c, 0);
    guest_log_collect(&c, s.bytes, s.length);
    brackets_collect(&c, counters, length);
    collection_judge(&c);
    collection_end(&c);
    return run;
}

static struct run *counted(const char *counters) {
    return counted_bytes(counters, strlen(counters));
}

static const struct figures *figures_of(const struct run *run, const char *row) {
    return &run_row(run, row)->figures;
}

/* One cold and four steady samples, then one and two. */
static void a_sample_has_what_its_bracket_counted(void **state) {
    (void)state;
    struct run *run =
        counted("1 80 9 8 7 6 5 4 3 2 0\n1 21 6 4 4 3 0 2 1 0 0\n2 21 7 4 4 3 0 2 1 0 0\n"
                "1 21 8 4 4 3 0 2 1 0 0\n" EMPTY "3 22 1 2 3 4 5 6 7 8 9\n" EMPTY);
    assert_int_equal(run_status(run), STATUS_OK);
    const struct figures *null = figures_of(run, "spin:syscall/null");
    assert_true(null->counted);
    assert_true(null->counters[COUNTER_loads] == 7 && null->counters[COUNTER_crossings] == 2);
    const struct figures *args = figures_of(run, "spin:syscall/args:1");
    for (int i = 0; i < COUNTER_COUNT; i++)
        assert_true(args->counted && args->counters[i] == i + 1);
    const struct trial *t = run_row(run, "spin:syscall/null")->trials;
    assert_int_equal(run->boots[0].brackets[t->cold.brackets[0]].counters[COUNTER_loads], 9);
    run_free(run);
}

static void a_run_without_counters_has_none(void **state) {
    (void)state;
    struct serial s = {0};
    serial_boot(&s);
    struct run *run = serial_run(s.bytes, s.length);
    assert_false(figures_of(run, "spin:syscall/null")->counted);
    run_free(run);
}

static const struct {
    const char *name, *counters, *words;
    bool first; /* the first row keeps its counters */
} refused[] = {
    {"no number", "x\n", "raw/spin.0.counters: no counters of brackets: line 1", false},
    {"a sign before a number", "+33 4 0 0 0 0 0 0 0 0 0\n", "line 1", false},
    {"a line that is cut in two", EMPTY "33 4 0\n", "no counters of brackets: line 2", false},
    {"an end that is cut", "5 21 6 4 4 3 0 2 1 0 0\n" EMPTY "3 22 6 4 4 3 0 2 1 0 0\n33 4 0 0",
     "these are not the brackets of spin:syscall/args:1's samples", true},
    {"a line with a number too many", "33 4 0 0 0 0 0 0 0 0 0 0\n", "line 1", false},
    {"a number of 2^53", "33 4 0 0 0 9007199254740992 0 0 0 0 0\n", "line 1", false},
    {"a bracket too few", "4 21 6 4 4 3 0 2 1 0 0\n" EMPTY "3 22 6 4 4 3 0 2 1 0 0\n" EMPTY,
     "these are not the brackets of spin:syscall/null's samples", false},
    {"a bracket too many", "6 21 6 4 4 3 0 2 1 0 0\n" EMPTY "3 22 6 4 4 3 0 2 1 0 0\n" EMPTY,
     "these are not the brackets of spin:syscall/null's samples", false},
    {"an end that is missing", "5 21 6 4 4 3 0 2 1 0 0\n" EMPTY "3 22 6 4 4 3 0 2 1 0 0\n",
     "these are not the brackets of spin:syscall/args:1's samples", true},
    {"an empty bracket in which something counts",
     "5 21 6 4 4 3 0 2 1 0 0\n33 4 1 0 0 0 0 0 0 0 0\n3 22 6 4 4 3 0 2 1 0 0\n" EMPTY,
     "these are not the brackets of spin:syscall/null's samples", false},
};

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct run *run = counted(refused[i].counters);
        if (run->problem_count != 1 || run->problems[0].status != STATUS_DAMAGED ||
            !strstr(run->problems[0].text, refused[i].words))
            fail_msg("%s: %s", refused[i].name,
                     run->problem_count ? run->problems[0].text : "no problem");
        if (figures_of(run, "spin:syscall/null")->counted != refused[i].first ||
            figures_of(run, "spin:syscall/args:1")->counted)
            fail_msg("%s: counters that cannot be known", refused[i].name);
        run_free(run);
    }
}

/* Nothing hides behind a NUL, and nobody is kept busy by lines without end. */
static void what_is_no_text_or_too_long_is_refused(void **state) {
    (void)state;
    enum { LINES = (1 << 20) + 1 };
    static const char line[] = "1 21 0 0 0 0 0 0 0 0 0\n";
    static const char hidden[] =
        "5 21 6 4 4 3 0 2 1 0 0\n" EMPTY "3 22 6 4 4 3 0 2 1 0 0\n" EMPTY "\0x\n";
    size_t length = LINES * (sizeof line - 1);
    char *many = malloc(length + 1), *end = many;
    for (int i = 0; i < LINES; i++)
        end = stpcpy(end, line);
    struct run *run = counted_bytes(hidden, sizeof hidden - 1);
    assert_int_equal(run_status(run), STATUS_DAMAGED);
    assert_false(figures_of(run, "spin:syscall/null")->counted);
    run_free(run);
    run = counted_bytes(many, length);
    assert_int_equal(run_status(run), STATUS_DAMAGED);
    assert_non_null(strstr(run->problems[0].text, "line 1048577"));
    run_free(run);
    free(many);
}

/* Of a boot that was killed, what came before is kept, and that it was cut is said elsewhere. */
static void a_boot_that_was_killed_keeps_its_first_rows(void **state) {
    (void)state;
    static const char counters[] = "5 21 6 4 4 3 0 2 1 0 0\n" EMPTY "3 22 6 4";
    struct serial s = {0};
    serial_boot(&s);
    *strstr(s.bytes, "@X1 12 ") = '\0';
    struct run *run = serial_run(s.bytes, strlen(s.bytes));
    size_t problems = run->problem_count;
    struct collection c;
    collection_begin(&c, run);
    collection_boot(&c, 0);
    brackets_collect(&c, counters, strlen(counters));
    collection_end(&c);
    assert_int_equal(run->problem_count, problems);
    assert_non_null(run_row(run, "spin:syscall/null")->trials->steady.brackets);
    assert_null(run_row(run, "spin:syscall/args:1")->trials->steady.brackets);
    run_free(run);
}

/* A row of differences has two brackets a sample and none that is empty; one that the machine
 * cannot run has no bracket at all. */
static void other_rows_are_passed_over(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "hello system=spin build=b1d clock=icount tsc_hz=0",
        "plan row=0 kind=bench name=a",
        "plan row=1 kind=bench name=b",
        "plan row=2 kind=bench name=c",
        "plan count=3",
        "bench name=a clock=icount overhead=0 batch=1 warm=1 cold=1 steady=2",
        "samples name=a phase=cold v=143",
        "samples name=a phase=steady v=43x2",
        "bench name=b clock=icount overhead=3 batch=1 cold=0 steady=0 skip=no",
        "bench name=c clock=icount overhead=8 batch=1 warm=1 cold=0 steady=2",
        "samples name=c phase=steady v=45x2",
        "done benches=3 checks=0 failed=0 faults=0 records=11",
    };
    static const char counters[] = "8 9 1 1 1 1 1 1 1 1 0\n3 22 6 4 4 3 0 2 1 0 0\n" EMPTY;
    struct serial s = {0};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        serial_record(&s, bodies[i]);
    struct run *run = serial_run(s.bytes, s.length);
    struct collection c;
    collection_begin(&c, run);
    collection_boot(&c, 0);
    brackets_collect(&c, counters, strlen(counters));
    collection_end(&c);
    assert_int_equal(run_status(run), STATUS_OK);
    assert_null(run_row(run, "spin:a")->trials->steady.brackets);
    const uint32_t *brackets = run_row(run, "spin:c")->trials->steady.brackets;
    assert_non_null(brackets);
    assert_int_equal(run->boots[0].brackets[brackets[1]].counters[COUNTER_loads], 6);
    run_free(run);
}

/* What a log says of its warm-up is bounded by nothing: neither the time it takes to pass over it
 * nor a sum that wraps may depend on that. */
static void a_warm_up_of_any_length_is_passed_over(void **state) {
    (void)state;
    static const struct {
        const char *overhead, *warm, *counters;
        bool fits;
    } logs[] = {
        {"3", "4503599627370496",
         "4503599627370496 9 1 1 1 1 1 1 1 1 0\n2 22 6 4 4 3 0 2 1 0 0\n" EMPTY, true},
        {"0", "2251799813685246", "4503599627370496 9 1 1 1 1 1 1 1 1 0\n", true},
        {"0", "9223372036854775806", EMPTY, false},
    };
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        struct serial s = {0};
        scoped_text char *bench =
            text_format("bench name=a clock=icount overhead=%s batch=1 warm=%s cold=0 steady=2",
                        logs[i].overhead, logs[i].warm);
        serial_record(&s, "hello system=spin build=b1d clock=icount tsc_hz=0");
        serial_record(&s, "plan row=0 kind=bench name=a");
        serial_record(&s, "plan count=1");
        serial_record(&s, bench);
        serial_record(&s, "samples name=a phase=steady v=45x2");
        serial_record(&s, "done benches=1 checks=0 failed=0 faults=0 records=5");
        struct run *run = serial_run(s.bytes, s.length);
        struct collection c;
        collection_begin(&c, run);
        collection_boot(&c, 0);
        brackets_collect(&c, logs[i].counters, strlen(logs[i].counters));
        collection_end(&c);
        assert_int_equal(run_status(run), logs[i].fits ? STATUS_OK : STATUS_DAMAGED);
        run_free(run);
    }
}

static void its_file_lies_beside_the_log(void **state) {
    (void)state;
    scoped_text char *one = brackets_file("raw/exo.checks.0.log"), *other = brackets_file("raw/x");
    assert_string_equal(one, "raw/exo.checks.0.counters");
    assert_string_equal(other, "raw/x.counters");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_has_what_its_bracket_counted),
        cmocka_unit_test(a_run_without_counters_has_none),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(what_is_no_text_or_too_long_is_refused),
        cmocka_unit_test(a_boot_that_was_killed_keeps_its_first_rows),
        cmocka_unit_test(other_rows_are_passed_over),
        cmocka_unit_test(a_warm_up_of_any_length_is_passed_over),
        cmocka_unit_test(its_file_lies_beside_the_log)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("brackets", tests, NULL, NULL);
}
