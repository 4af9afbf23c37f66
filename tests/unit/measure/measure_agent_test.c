/* SPDX-License-Identifier: MIT */
/* measure_agent_test.c -- the runner with benches whose samples are known beforehand: what is
 * planned, run and sent, for each clock and each injection. */
#define EXPERIMENT "fake"
#include "measure/agent.h"
#include "measure/body.h"
#include "measure/runner.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A sample of VALUE, without a clock. */
static void sample(struct bench *b, uint64_t value) {
    b->samples[b->taken++] = value;
}

/* Counts through all samples of a row: 100, 101, ... */
static uint64_t next_value;

BENCH(counting, "fake/counting") {
    while (bench_next(b))
        sample(b, next_value++);
}

BENCH(same, "fake/same/n:3,7/who:a,b") {
    char who[8];
    uint64_t n = bench_arg(b, "n");
    bench_word(b, "who", who, sizeof who);
    while (bench_next(b))
        sample(b, n * 10 + (*who == 'b'));
}

CHECK(good, "fake/good") {
    CHECK_THAT(c, 1 + 1 == 2);
}

CHECK(bad, "fake/bad") {
    check_fail(c, "found %d of %s", 3, "four");
    check_fail(c, "never said");
}

CHECK(skipped, "fake/skipped") {
    check_skip(c, "no such %s", "device");
}

static const char *why_absent = "the CPU has no PCID";

BENCH(absent, "fake/absent") {
    bench_skip(b, why_absent);
    while (bench_next(b))
        sample(b, 1);
}

BENCH(silent, "fake/silent") {
    (void)b;
}

/* A batched body whose bracket takes 70 ticks an operation. */
BENCH(batched, "fake/batched") {
    while (bench_next(b)) {
        b->batched = true;
        sample(b, 70 * b->batch);
    }
}

/* The same numbers as fake/counting, too long for a warm-up. */
BENCH(few, "fake/slow") {
    bench_slow(b);
    while (bench_next(b))
        sample(b, next_value++);
}

/* Brackets around one turn and around 11, of which each takes 7 and a bit. */
BENCH(two_brackets, "fake/difference") {
    while (bench_next(b)) {
        sample(b, 1000);
        sample(b, 1000 + 10 * 7 + 3);
        bench_difference(b, 10);
    }
}

/* The first bracket took longer: an interrupt fell into it. */
BENCH(interrupted, "fake/interrupted") {
    while (bench_next(b)) {
        sample(b, 9000);
        sample(b, 1070);
        bench_difference(b, 10);
    }
}

BENCH(bytes, "fake/size") {
    bench_size(b, 4711);
}

BENCH(wrong, "fake/wrong") {
    bench_arg(b, "missing");
}

BENCH(in_lines, "fake/lines") {
    bench_lines(b, 12);
}

BENCH(counted, "fake/count") {
    bench_count(b, 7);
}

static char sent[65536];

static void record_keep(const char *body, size_t length) {
    if (body_type(body, length) == BODY_TYPES)
        fail_msg("malformed: %.*s", (int)length, body);
    size_t at = strlen(sent);
    snprintf(sent + at, sizeof sent - at, "%.*s\n", (int)length, body);
}

static void text_keep(const char *bytes, size_t length) {
    strncat(sent, bytes, length);
}

static void inject_keep(enum injection what) {
    sprintf(sent + strlen(sent), "INJECT %d\n", what);
}

static jmp_buf panicked;

static void __attribute__((noreturn)) panic_keep(const char *why) {
    sprintf(sent + strlen(sent), "PANIC %s\n", why);
    longjmp(panicked, 1);
}

static uint64_t samples[AGENT_SAMPLES_MAX];
static struct params params;
static struct agent agent;

/* An agent that was told WORDS. */
static const struct agent *told(const char *words) {
    sent[0] = '\0';
    next_value = 100;
    params_default(&params);
    params_parse(&params, words, strlen(words), NULL);
    agent = (struct agent){.begin = __start_bench_entries,
                           .end = __stop_bench_entries,
                           .params = &params,
                           .samples = samples,
                           .record = record_keep,
                           .text = text_keep,
                           .inject = inject_keep,
                           .panic = panic_keep};
    return &agent;
}

/* The overhead is this host's own: struck out before comparing. */
static void assert_sent(const char *want) {
    char *overhead = sent;
    while ((overhead = strstr(overhead, "overhead="))) {
        overhead += strlen("overhead=");
        size_t digits = strspn(overhead, "0123456789");
        memmove(overhead, overhead + digits, strlen(overhead + digits) + 1);
    }
    assert_string_equal(sent, want);
}

static void rows_are_planned_in_the_order_of_the_file(void **state) {
    const struct agent *a = told("run=all");
    (void)state;
    agent.base = 10;
    assert_int_equal(agent_rows(a), 18);
    agent_plan(a);
    assert_sent("plan row=10 kind=bench name=fake/counting\n"
                "plan row=11 kind=bench name=fake/same/n:3/who:a\n"
                "plan row=12 kind=bench name=fake/same/n:3/who:b\n"
                "plan row=13 kind=bench name=fake/same/n:7/who:a\n"
                "plan row=14 kind=bench name=fake/same/n:7/who:b\n"
                "plan row=15 kind=check name=fake/good\n"
                "plan row=16 kind=check name=fake/bad\n"
                "plan row=17 kind=check name=fake/skipped\n"
                "plan row=18 kind=bench name=fake/absent\n"
                "plan row=19 kind=bench name=fake/silent\n"
                "plan row=20 kind=bench name=fake/batched\n"
                "plan row=21 kind=bench name=fake/slow\n"
                "plan row=22 kind=bench name=fake/difference\n"
                "plan row=23 kind=bench name=fake/interrupted\n"
                "plan row=24 kind=bench name=fake/size\n"
                "plan row=25 kind=bench name=fake/wrong\n"
                "plan row=26 kind=bench name=fake/lines\n"
                "plan row=27 kind=bench name=fake/count\n");
}

static void a_selection_is_listed_and_planned(void **state) {
    const struct agent *a = told("run=2,fake/good");
    (void)state;
    agent_plan(a);
    assert_sent("plan row=2 kind=bench name=fake/same/n:3/who:b\n"
                "plan row=5 kind=check name=fake/good\n");
    a = told("");
    agent_plan(a);
    assert_sent("");
    agent_list(a);
    assert_non_null(strstr(sent, "    2  bench  fake/same/n:3/who:b\n"));
    assert_non_null(strstr(sent, "    7  check  fake/skipped\n"));
}

static void cold_warm_and_steady_are_told_apart_in_order(void **state) {
    (void)state;
    agent_run(told("run=fake/counting clock=icount cold=2 warm=3 samples=4"));
    assert_sent("bench name=fake/counting clock=icount overhead= batch=1 warm=3 cold=2 steady=4\n"
                "samples name=fake/counting phase=cold v=100,101\n"
                "samples name=fake/counting phase=steady v=105,106,107,108\n");
}

static void equal_neighbours_become_runs_and_sweeps_arrive(void **state) {
    (void)state;
    agent_run(told("run=fake/same/n:7/who:b clock=icount cold=1 samples=4000"));
    assert_sent("bench name=fake/same/n:7/who:b clock=icount overhead= batch=1 warm=8 cold=1 "
                "steady=4000\n"
                "samples name=fake/same/n:7/who:b phase=cold v=71\n"
                "samples name=fake/same/n:7/who:b phase=steady v=71x4000\n");
}

/* 4000 different samples need many records; together they are all of them, in order. */
static void long_lists_are_split_and_complete(void **state) {
    unsigned records = 0;
    uint64_t expected = 100 + 1 + 8;
    (void)state;
    agent_run(told("run=fake/counting clock=icount samples=4000"));
    for (char *line = strtok(sent, "\n"); line; line = strtok(NULL, "\n")) {
        char *list = strstr(line, "phase=steady v=");
        if (!list)
            continue;
        records++;
        for (list += strlen("phase=steady v="); *list; list += *list == ',') {
            assert_int_equal(strtoull(list, &list, 10), expected);
            expected++;
        }
    }
    assert_int_equal(expected, 100 + 1 + 8 + 4000);
    assert_true(records > 10);
}

static void checks_send_their_verdict(void **state) {
    (void)state;
    agent_run(told("run=5-7 clock=icount"));
    assert_sent(
        "check name=fake/good verdict=pass\n"
        "check name=fake/bad verdict=fail why=measure_agent_test.c:40:%20found%203%20of%20four\n"
        "check name=fake/skipped verdict=skip why=no%20such%20device\n");
}

static void a_bench_may_say_why_it_cannot_run(void **state) {
    (void)state;
    agent_run(told("run=fake/absent,fake/silent clock=icount"));
    assert_sent("bench name=fake/absent clock=icount overhead= batch=1 warm=8 cold=0 steady=0 "
                "skip=the%20CPU%20has%20no%20PCID\n"
                "bench name=fake/silent clock=icount overhead= batch=1 warm=8 cold=0 steady=0\n");
}

static void of_a_long_reason_the_beginning_is_said(void **state) {
    static char words[4096];
    const char *usual = why_absent;
    char want[1024];
    (void)state;
    memset(words, '%', sizeof words - 1); /* each takes three bytes in a record */
    why_absent = words;
    agent_run(told("run=fake/absent clock=icount"));
    why_absent = usual;
    int length = snprintf(want, sizeof want,
                          "bench name=fake/absent clock=icount overhead= batch=1 warm=8 cold=0 "
                          "steady=0 skip=");
    for (unsigned i = 0; i < sizeof((struct check *)0)->why - 1; i++)
        length += snprintf(want + length, sizeof want - (size_t)length, "%%25");
    snprintf(want + length, sizeof want - (size_t)length, "\n");
    assert_sent(want);
}

static void without_a_clock_there_is_no_figure(void **state) {
    (void)state;
    agent_run(told("run=fake/counting clock=none"));
    assert_sent("bench name=fake/counting clock=none overhead= batch=1 warm=8 cold=0 steady=0\n");
    assert_true(next_value > 100); /* it ran all the same */
}

static void an_exact_clock_needs_no_batch(void **state) {
    (void)state;
    agent_run(told("run=fake/batched clock=icount samples=2"));
    assert_sent("bench name=fake/batched clock=icount overhead= batch=1 warm=8 cold=1 steady=2\n"
                "samples name=fake/batched phase=cold v=70\n"
                "samples name=fake/batched phase=steady v=70x2\n");
}

static void a_clock_with_grain_chooses_the_batch(void **state) {
    (void)state;
    agent_run(told("run=fake/batched,fake/counting clock=tsc samples=2 warm=0"));
    assert_sent("bench name=fake/counting clock=tsc overhead= batch=1 warm=0 cold=1 steady=2\n"
                "samples name=fake/counting phase=cold v=100\n"
                "samples name=fake/counting phase=steady v=101,102\n"
                "bench name=fake/batched clock=tsc overhead= batch=16 warm=0 cold=0 steady=2\n"
                "samples name=fake/batched phase=steady v=1120x2\n");
}

static void a_slow_body_has_few_samples_and_no_warm_up(void **state) {
    (void)state;
    agent_run(told("run=fake/slow clock=icount cold=1"));
    assert_sent("bench name=fake/slow clock=icount overhead= batch=1 warm=0 cold=1 steady=2\n"
                "samples name=fake/slow phase=cold v=100\n"
                "samples name=fake/slow phase=steady v=101,102\n");
    /* Whether cold samples told beforehand that it is slow makes no difference. */
    agent_run(told("run=fake/slow clock=icount cold=0 samples=1"));
    assert_sent("bench name=fake/slow clock=icount overhead= batch=1 warm=0 cold=0 steady=1\n"
                "samples name=fake/slow phase=steady v=100\n");
}

static void two_brackets_make_one_sample_and_nothing_is_subtracted(void **state) {
    (void)state;
    agent_run(told("run=fake/difference clock=icount samples=4000 cold=64 warm=64"));
    assert_non_null(strstr(sent, " overhead=0 "));
    assert_sent("bench name=fake/difference clock=icount overhead= batch=1 warm=64 cold=64 "
                "steady=4000\n"
                "samples name=fake/difference phase=cold v=7x64\n"
                "samples name=fake/difference phase=steady v=7x4000\n");
}

static void a_difference_is_never_below_nothing(void **state) {
    (void)state;
    agent_run(told("run=fake/interrupted clock=icount samples=2"));
    assert_sent("bench name=fake/interrupted clock=icount overhead= batch=1 warm=8 cold=1 "
                "steady=2\n"
                "samples name=fake/interrupted phase=cold v=0\n"
                "samples name=fake/interrupted phase=steady v=0x2\n");
}

/* Also in a session that has no clock. */
static void a_size_is_one_figure_in_bytes(void **state) {
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        agent_run(told(i ? "run=fake/size clock=none" : "run=fake/size clock=icount cold=3"));
        assert_non_null(strstr(sent, " overhead=0 "));
        assert_sent("bench name=fake/size clock=size overhead= batch=1 warm=0 cold=0 steady=1\n"
                    "samples name=fake/size phase=steady v=4711\n");
    }
}

static void a_size_can_be_lines_or_events(void **state) {
    (void)state;
    agent_run(told("run=fake/lines clock=icount"));
    assert_sent("bench name=fake/lines clock=lines overhead= batch=1 warm=0 cold=0 steady=1\n"
                "samples name=fake/lines phase=steady v=12\n");
    agent_run(told("run=fake/count clock=icount"));
    assert_sent("bench name=fake/count clock=count overhead= batch=1 warm=0 cold=0 steady=1\n"
                "samples name=fake/count phase=steady v=7\n");
}

static void a_sweep_that_is_not_there_is_a_panic(void **state) {
    const struct agent *a = told("run=fake/wrong clock=icount");
    (void)state;
    if (!setjmp(panicked))
        agent_run(a);
    assert_sent("PANIC fake/wrong: the bench asks for a sweep 'missing' that its name does not "
                "have\n");
}

static void injections_happen_in_the_first_bench(void **state) {
    char want[256];
    (void)state;
    agent_run(told("run=0,5 clock=none inject=no-sample"));
    assert_sent("bench name=fake/counting clock=none overhead= batch=1 warm=8 cold=0 steady=0\n"
                "check name=fake/good verdict=pass\n");
    assert_int_equal(next_value, 100);

    agent_run(told("run=fake/good,fake/absent clock=none inject=triple"));
    snprintf(want, sizeof want,
             "check name=fake/good verdict=pass\n"
             "INJECT %d\n"
             "bench name=fake/absent clock=none overhead= batch=1 warm=8 cold=0 steady=0 "
             "skip=the%%20CPU%%20has%%20no%%20PCID\n",
             INJECT_TRIPLE);
    assert_sent(want);

    agent_run(told("run=fake/good,fake/bad inject=unplanned"));
    assert_sent("check name=fake/good verdict=pass\n");
}

static void early_means_no_done(void **state) {
    (void)state;
    assert_false(agent_may_finish(told("inject=early")));
    assert_true(agent_may_finish(told("")));
}

static void hello_says_what_was_told(void **state) {
    char words[2000];
    (void)state;
    const struct agent *a = told("clock=icount samples=5");
    struct agent_hello hello = {.system = "floor",
                                .build = "\x01\xfe",
                                .build_length = 2,
                                .tsc_hz = 1000000000,
                                .told = "clock=icount samples=5"};
    agent_hello(a, &hello);
    assert_sent("hello system=floor build=01fe clock=icount tsc_hz=1000000000 samples=5 cold=1 "
                "warm=8 told_bytes=22 told=clock=icount%20samples=5\n");
    /* What is too long for the record is left out, and said to be. */
    memset(words, 'x', sizeof words);
    words[sizeof words - 1] = '\0';
    sent[0] = '\0';
    hello.told = words;
    agent_hello(a, &hello);
    assert_sent("hello system=floor build=01fe clock=icount tsc_hz=1000000000 samples=5 cold=1 "
                "warm=8 told_bytes=1999 left_out=1\n");
    /* What was too long for the guest is not there, and its length is told. */
    sent[0] = '\0';
    hello.told = NULL;
    hello.told_bytes = 5000;
    agent_hello(a, &hello);
    assert_sent("hello system=floor build=01fe clock=icount tsc_hz=1000000000 samples=5 cold=1 "
                "warm=8 told_bytes=5000\n");
}

static void the_median_is_the_lower_middle(void **state) {
    (void)state;
    assert_int_equal(lower_median((uint64_t[]){5}, 1), 5);
    assert_int_equal(lower_median((uint64_t[]){9, 1}, 2), 1);
    assert_int_equal(lower_median((uint64_t[]){3, 1, 2}, 3), 2);
    assert_int_equal(lower_median((uint64_t[]){4, 3, 2, 1}, 4), 2);
    assert_int_equal(lower_median((uint64_t[]){7, 7, 1, 9, 8}, 5), 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_planned_in_the_order_of_the_file),
        cmocka_unit_test(a_selection_is_listed_and_planned),
        cmocka_unit_test(cold_warm_and_steady_are_told_apart_in_order),
        cmocka_unit_test(equal_neighbours_become_runs_and_sweeps_arrive),
        cmocka_unit_test(long_lists_are_split_and_complete),
        cmocka_unit_test(checks_send_their_verdict),
        cmocka_unit_test(a_bench_may_say_why_it_cannot_run),
        cmocka_unit_test(of_a_long_reason_the_beginning_is_said),
        cmocka_unit_test(without_a_clock_there_is_no_figure),
        cmocka_unit_test(an_exact_clock_needs_no_batch),
        cmocka_unit_test(a_clock_with_grain_chooses_the_batch),
        cmocka_unit_test(a_slow_body_has_few_samples_and_no_warm_up),
        cmocka_unit_test(two_brackets_make_one_sample_and_nothing_is_subtracted),
        cmocka_unit_test(a_difference_is_never_below_nothing),
        cmocka_unit_test(a_size_is_one_figure_in_bytes),
        cmocka_unit_test(a_size_can_be_lines_or_events),
        cmocka_unit_test(a_sweep_that_is_not_there_is_a_panic),
        cmocka_unit_test(injections_happen_in_the_first_bench),
        cmocka_unit_test(early_means_no_done),
        cmocka_unit_test(hello_says_what_was_told),
        cmocka_unit_test(the_median_is_the_lower_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
