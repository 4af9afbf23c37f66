/* SPDX-License-Identifier: MIT */
/* measure_session_test.c -- a session as it is led: the order of its records, what ends it early,
 * what a person's words add, and that the program's rows follow. */
#define EXPERIMENT "fake"
#include "measure/session.h"
#include "unit.h"

#include <stdio.h>
#include <string.h>

CHECK(first, "fake/first") {
    (void)c;
}

CHECK(second, "fake/second") {
    (void)c;
}

static char line[65536], user_was_told[256];
static const char *keys;
static bool user_lives;
static unsigned user_first_row, injected;

static void line_write(const char *bytes, size_t length) {
    size_t at = strlen(line);
    snprintf(line + at, sizeof line - at, "%.*s", (int)length, bytes);
}

static struct sender sender;

static void record(const char *body, size_t length) {
    assert_true(sender_record(&sender, body, length));
}

static void text(const char *bytes, size_t length) {
    sender_text(&sender, bytes, length);
}

static void inject(enum injection what) {
    assert_int_equal(what, INJECT_PANIC);
    injected++;
}

/* A program whose rows are the same two. */
static bool user(enum session_phase phase, unsigned first_row, const char *words) {
    static uint64_t samples[AGENT_SAMPLES_MAX];
    struct agent agent = {.begin = __start_bench_entries,
                          .end = __stop_bench_entries,
                          .samples = samples,
                          .record = record,
                          .text = text};
    user_first_row = first_row;
    snprintf(user_was_told, sizeof user_was_told, "%s", words);
    session_follow(&agent, phase, first_row, words);
    return user_lives;
}

static int key(void) {
    return *keys ? *keys++ : -1;
}

static struct session_kernel kernel;

static int lead_kernel(enum session_phase phase, const char *words) {
    return session_lead(&kernel, phase, words);
}

enum with { ALONE, USER_LIVES, USER_DIES };

static unsigned lead(const char *booted_with, enum with with) {
    static uint64_t samples[AGENT_SAMPLES_MAX];
    sender = (struct sender){.write = line_write};
    line[0] = user_was_told[0] = '\0';
    user_lives = with == USER_LIVES;
    injected = 0;
    kernel = (struct session_kernel){
        .sender = &sender,
        .agent = {.begin = __start_bench_entries,
                  .end = __stop_bench_entries,
                  .samples = samples,
                  .record = record,
                  .text = text,
                  .inject = inject},
        .hello = {.system = "fake", .build = "b", .build_length = 1},
    };
    const struct session session = {
        .kernel = lead_kernel, .program = with == ALONE ? NULL : user, .text = text, .read = key};
    return session_main(&session, booted_with);
}

/* Whether the line holds these records (their beginnings), in this order, and as many in all. */
static void assert_records(const char *const *bodies, size_t count) {
    const char *at = line;
    for (size_t i = 0; i < count; i++) {
        char head[256];
        snprintf(head, sizeof head, "@X1 %zu %s", i, bodies[i]);
        const char *found = strstr(at, head);
        if (!found)
            fail_msg("no '%s' in:\n%s", head, line);
        else
            at = found + 1;
    }
    assert_int_equal(sender.sequence, count);
}

#define ASSERT_RECORDS(...)                                                                        \
    do {                                                                                           \
        static const char *const bodies_[] = {__VA_ARGS__};                                        \
        assert_records(bodies_, sizeof bodies_ / sizeof bodies_[0]);                               \
    } while (0)

static void both_sides_plan_before_anybody_runs(void **state) {
    (void)state;
    assert_int_equal(lead("run=all samples=1", USER_LIVES), PROTOCOL_EXIT_DONE);
    ASSERT_RECORDS("hello system=fake", "plan row=0 kind=check name=fake/first",
                   "plan row=1 kind=check name=fake/second", "plan row=2 kind=check",
                   "plan row=3 kind=check", "plan count=4", "check name=fake/first verdict=pass",
                   "check name=fake/second", "check name=fake/first", "check name=fake/second",
                   "done benches=0 checks=4 failed=0");
    assert_int_equal(user_first_row, 2);
    assert_string_equal(user_was_told, "run=all samples=1");
}

static void without_a_user_program_the_kernel_is_alone(void **state) {
    (void)state;
    assert_int_equal(lead("run=1", ALONE), PROTOCOL_EXIT_DONE);
    ASSERT_RECORDS("hello", "plan row=1", "plan count=1", "check name=fake/second", "done");
}

static void a_user_program_that_dies_leaves_no_done(void **state) {
    (void)state;
    assert_int_equal(lead("run=all", USER_DIES), PROTOCOL_EXIT_EARLY);
    assert_non_null(strstr(line, "plan count=4"));
    assert_null(strstr(line, " done "));
}

static void an_early_end_and_an_injection_are_the_sessions(void **state) {
    (void)state;
    assert_int_equal(lead("run=all inject=early", ALONE), PROTOCOL_EXIT_EARLY);
    assert_null(strstr(line, " done "));
    assert_int_equal(lead("run=all inject=panic", ALONE), PROTOCOL_EXIT_DONE);
    assert_int_equal(injected, 1); /* although no bench of the kernel's ran */
}

static void an_unknown_word_is_told_after_hello(void **state) {
    (void)state;
    assert_int_equal(lead("run=0 frobnicate=1", ALONE), PROTOCOL_EXIT_DONE);
    ASSERT_RECORDS("hello", "log text=unknown%20boot%20word:%20frobnicate=1", "plan row=0",
                   "plan count=1", "check name=fake/first", "done");
}

static void a_plan_of_nothing_leaves_no_done(void **state) {
    (void)state;
    assert_int_equal(lead("run=nosuch", USER_LIVES), PROTOCOL_EXIT_EARLY);
    ASSERT_RECORDS("hello", "plan count=0", "log text=run=%20names%20no%20row");
    assert_int_equal(lead("run=nosuch,3", USER_LIVES), PROTOCOL_EXIT_DONE);
    ASSERT_RECORDS("hello", "plan row=3", "plan count=1", "check", "done");
}

static void a_persons_words_add_to_the_boots(void **state) {
    (void)state;
    keys = "run 0 samples=5\rrun 1\rhalt\r";
    assert_int_equal(lead("samples=3 warm=2", USER_LIVES), PROTOCOL_EXIT_DONE);
    assert_non_null(strstr(line, "@X1 0 hello system=fake build=62 clock=none tsc_hz=0 samples=5"));
    assert_non_null(strstr(line, "@X1 0 hello system=fake build=62 clock=none tsc_hz=0 samples=3"));
    assert_string_equal(user_was_told, "samples=3 warm=2 run=1");
}

static void a_list_numbers_both_sides(void **state) {
    (void)state;
    keys = "list\r";
    assert_int_equal(lead("", USER_LIVES), PROTOCOL_EXIT_DONE);
    assert_non_null(strstr(line, "    1  check  fake/second"));
    assert_non_null(strstr(line, "    3  check  fake/second"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_plan_before_anybody_runs),
        cmocka_unit_test(without_a_user_program_the_kernel_is_alone),
        cmocka_unit_test(a_user_program_that_dies_leaves_no_done),
        cmocka_unit_test(an_early_end_and_an_injection_are_the_sessions),
        cmocka_unit_test(an_unknown_word_is_told_after_hello),
        cmocka_unit_test(a_plan_of_nothing_leaves_no_done),
        cmocka_unit_test(a_persons_words_add_to_the_boots),
        cmocka_unit_test(a_list_numbers_both_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
