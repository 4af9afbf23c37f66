/* SPDX-License-Identifier: MIT */
/* process_test.c -- programs that never end or print without end are ended, with all they started;
 * others are read to their last byte. */
#include "base/interrupt.h"
#include "base/process.h"
#include "base/text.h"
#include "unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What a shell makes of COMMAND within LIMITS. */
static char *shell(const struct process_limits *limits, const char *command, int *status) {
    return process_read_in(NULL, limits, (const char *[]){"sh", "-c", command, NULL}, true, status);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static const struct process_limits wide = {30, 1 << 20, false}, tight = {0.3, 1000, false},
                                   last = {30, 1000, true};

static void expect(const struct process_limits *limits, const char *command, int status,
                   const char *words) {
    int ended;
    char *said = shell(limits, command, &ended);
    assert_string_equal(said, words);
    assert_int_equal(ended, status);
    free(said);
}

static void an_end_is_told_with_the_words(void **state) {
    (void)state;
    expect(&wide, "echo a; echo b >&2; echo; exit 3", 3, "a\nb");
    expect(&wide, "kill -9 $$", 128 + SIGKILL, "");
    expect(&wide, "exec >&- 2>&-; exit 5", 5, "");
    int status;
    char *said = process_read((const char *[]){"/nowhere/x", NULL}, true, &status);
    assert_int_equal(status, PROCESS_MISSING);
    assert_string_equal(said, "");
    free(said);
}

/* What is true of PID, now or soon. */
static bool soon(bool wanted, pid_t pid) {
    for (int i = 0; i < 1000 && process_sleeps(pid) != wanted; i++)
        usleep(1000);
    return process_sleeps(pid) == wanted;
}

static void who_waits_for_a_processor_does_not_sleep(void **state) {
    (void)state;
    pid_t busy = fork();
    if (busy == 0)
        for (volatile unsigned i = 0;; i++)
            continue;
    pid_t asleep = process_begin((const char *[]){"sleep", "1000", NULL}, 0, 1);
    pid_t parent = process_begin(
        (const char *[]){"sh", "-c", "(while :; do :; done) & trap 'kill $!' TERM; wait", NULL}, 0,
        1);
    assert_true(soon(true, asleep) && process_seconds(asleep) < 1);
    for (int i = 0; i < 100; i++)
        assert_false(process_sleeps(busy));
    while (process_seconds(busy) < 0.01)
        usleep(1000);
    assert_true(soon(false, parent));
    for (int i = 0; i < 100; i++)
        assert_false(process_sleeps(parent));
    kill(parent, SIGTERM);
    process_end(parent);
    kill(busy, SIGKILL);
    kill(asleep, SIGKILL);
    process_end(asleep);
    process_end(busy);
    assert_true(process_sleeps(busy)); /* it is gone */
    assert_true(process_seconds(busy) == 0);
}

/* The one way in which a child's environment is made: what is kept of ours, or what is not. */
static void a_child_knows_what_it_is_told(void **state) {
    (void)state;
    static const char *const names[] = {"EXOSPIN_A", "EXOSPIN_UNSET", NULL};
    setenv("EXOSPIN_A", "1=2", 1);
    setenv("EXOSPIN_AB", "3", 1);
    static const char *const said[] = {"none 3", "1=2 none"};
    for (int kept = 0; kept < 2; kept++) {
        struct texts environment = {0};
        process_environment(&environment, names, kept);
        const struct process_place place = {-1, (const char *const *)environment.items};
        const char *argv[] = {"/bin/sh", "-c", "echo ${EXOSPIN_A-none} ${EXOSPIN_AB-none}", NULL};
        int status;
        char *text = process_read_in(&place, NULL, argv, true, &status);
        assert_int_equal(status, 0);
        assert_string_equal(text, said[kept]);
        free(text);
        texts_free(&environment);
    }
    unsetenv("EXOSPIN_A");
    unsetenv("EXOSPIN_AB");
}

static void what_is_at_the_limit_passes(void **state) {
    (void)state;
    int status;
    char *said = shell(&tight, "head -c 1000 /dev/zero | tr '\\0' x", &status);
    assert_int_equal(status, 0);
    assert_int_equal(strlen(said), 1000);
    free(said);
    said = shell(&tight, "head -c 1001 /dev/zero | tr '\\0' x", &status);
    assert_int_equal(status, PROCESS_ENDLESS);
    assert_int_equal(strlen(said), 1000);
    free(said);
}

/* Silent, with words, deaf to SIGTERM, with its output closed, and through a grandchild. */
static void a_program_without_end_is_ended(void **state) {
    (void)state;
    static const char *const commands[] = {"sleep 100", "echo; sleep 100",
                                           "trap '' TERM; sleep 100; sleep 100",
                                           "exec >&- 2>&-; sleep 100", "sleep 100 & wait"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        double begun = seconds();
        expect(&tight, commands[i], PROCESS_ENDLESS, "");
        assert_true(seconds() - begun < 20);
    }
}

static void output_without_end_is_ended(void **state) {
    (void)state;
    int status;
    char *said = shell(&(struct process_limits){30, 1000, false}, "yes", &status);
    assert_int_equal(status, PROCESS_ENDLESS);
    assert_int_equal(strlen(said), 999); /* without the last newline */
    free(said);
}

static void of_much_output_the_last_is_kept(void **state) {
    (void)state;
    int status;
    char *said = shell(&last, "yes first | head -n 100000; echo last", &status);
    assert_int_equal(status, 0);
    assert_true(strlen(said) <= 1000);
    assert_string_equal(said + strlen(said) - 5, "\nlast");
    free(said);
}

/* Its process group is gone, the grandchild with it. */
static void nothing_survives(void **state) {
    (void)state;
    int status;
    char *said = shell(&tight, "trap '' TERM; echo $$; sleep 100", &status);
    pid_t group = (pid_t)atoi(said);
    assert_true(group > 1);
    for (int i = 0; i < 200 && !kill(-group, 0); i++)
        usleep(10000);
    assert_int_equal(kill(-group, 0), -1);
    free(said);
}

/* The signal ends the program at hand; after it, the next one runs to its own end. Each round notes
 * another signal than the one before, often before the first look at the program. */
static void a_noted_signal_ends_one_program(void **state) {
    (void)state;
    static const struct {
        const char *script;
        int signal;
    } round[] = {{"kill -HUP $PPID; sleep 100", SIGHUP}, {"kill -TERM $PPID; sleep 100", SIGTERM}};
    signal(SIGHUP, SIG_DFL); /* under nohup it is ignored, and would not be noted */
    for (int i = 0; i < 40; i++) {
        int status;
        double begun = seconds();
        interrupt_catch();
        char *said = shell(&wide, round[i % 2].script, &status);
        free(said);
        assert_true(seconds() - begun < 20);
        assert_int_equal(status, 128 + SIGTERM);
        assert_int_equal(interrupted(), round[i % 2].signal);
    }
    expect(&wide, "sleep 0.3; echo done", 0, "done");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_end_is_told_with_the_words),
        cmocka_unit_test(who_waits_for_a_processor_does_not_sleep),
        cmocka_unit_test(a_child_knows_what_it_is_told),
        cmocka_unit_test(what_is_at_the_limit_passes),
        cmocka_unit_test(a_program_without_end_is_ended),
        cmocka_unit_test(output_without_end_is_ended),
        cmocka_unit_test(of_much_output_the_last_is_kept),
        cmocka_unit_test(nothing_survives),
        cmocka_unit_test(a_noted_signal_ends_one_program), /* the last: the signal stays noted */
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
