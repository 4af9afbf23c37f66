/* SPDX-License-Identifier: MIT */
/* spin_policy_test.c -- policies as texts: what they say, and lines that say nothing. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "lib/error.h"
#include "spin/services/security/policy.h"

static struct policy policy;
static unsigned line;

static int read(const char *text) {
    return policy_read(&policy, text, strlen(text), &line);
}

static bool allows(const char *module, const char *name, unsigned modes) {
    return policy_allows(&policy, policy_subject(&policy, module), policy_object(&policy, name),
                         modes);
}

static void what_no_line_allows_is_denied(void **state) {
    (void)state;
    assert_int_equal(read(""), 0);
    assert_int_equal(line, 0);
    assert_false(allows("keys", "Console.Key", ACCESS_READ));
    assert_true(allows("keys", "Console.Key", 0));
    assert_int_equal(read("allow other other read\n\n# nothing\n \t\nallow other other extend"), 0);
    assert_int_equal(line, 5);
    assert_true(allows("keys", "Console.Key", ACCESS_READ | ACCESS_EXTEND));
    assert_false(allows("keys", "Console.Key", ACCESS_READ | ACCESS_WRITE));
    assert_false(allows("keys", "Console.Key", ACCESS_EXECUTE));
}

static void a_line_is_about_its_subject_and_object_alone(void **state) {
    (void)state;
    assert_int_equal(read("subject typist keys tabs\n"
                          "subject driver rtc # the clock's\n"
                          "object console Console.*\n"
                          "object key Console.Key\n"
                          "allow typist key read extend\n"
                          "allow driver console write\n"),
                     0);
    assert_true(allows("keys", "Console.Key", ACCESS_READ | ACCESS_EXTEND));
    assert_true(allows("tabs", "Console.Key", ACCESS_EXTEND));
    assert_false(allows("rtc", "Console.Key", ACCESS_READ));
    assert_true(allows("rtc", "Console.Write", ACCESS_WRITE));
    assert_true(allows("rtc", "Console.", ACCESS_WRITE));
    assert_false(allows("rtc", "Console", ACCESS_WRITE));
    assert_false(allows("keys", "Console.Write", ACCESS_READ));
    assert_false(allows("key", "Console.Key", ACCESS_READ));
    assert_false(allows("other", "Console.Key", ACCESS_READ));
}

static void the_kernel_may_do_everything(void **state) {
    (void)state;
    assert_int_equal(read("subject kernel Console\n"), 0);
    assert_true(allows("Console", "Trap.Syscall", 15));
    assert_false(allows("kernel", "Trap.Syscall", ACCESS_READ)); /* a module of that name */
    assert_int_equal(policy_subject_called(&policy, "kernel"), SUBJECT_KERNEL);
    assert_int_equal(policy_subject_called(&policy, "nobody"), SUBJECT_OTHER);
}

static void who_executes_an_object_goes_on_as_the_policy_says(void **state) {
    (void)state;
    assert_int_equal(read("subject shell\nsubject guest\nobject door door\n"
                          "enter shell door guest\nenter kernel other shell"),
                     0);
    sid_t shell = policy_subject_called(&policy, "shell"),
          guest = policy_subject_called(&policy, "guest"), door = policy_object(&policy, "door");
    assert_int_equal(policy_enters(&policy, shell, door), guest);
    assert_int_equal(policy_enters(&policy, guest, door), guest);
    assert_int_equal(policy_enters(&policy, SUBJECT_OTHER, door), SUBJECT_OTHER);
    assert_int_equal(policy_enters(&policy, SUBJECT_KERNEL, OBJECT_OTHER), shell);
}

#define LONG "a_name_of_forty_eight_bytes_is_longer_than_names"

static void what_is_no_line_is_refused_with_its_number(void **state) {
    static const struct {
        const char *text;
        int error;
    } bad[] = {
        {"nonsense", -E_INVALID},
        {"subject", -E_INVALID},
        {"object # none", -E_INVALID},
        {"subject a b\nallow a", -E_INVALID},
        {"allow nobody other read", -E_NOT_FOUND},
        {"allow other nothing read", -E_NOT_FOUND},
        {"allow other other reads", -E_NOT_FOUND},
        {"enter other other nobody", -E_NOT_FOUND},
        {"enter kernel other other", -E_INVALID},
        {"enter other other kernel too", -E_INVALID},
        {"enter other", -E_INVALID},
        {"subject a x\nsubject b x", -E_EXISTS},
        {"object a x x", -E_EXISTS},
        {"subject \xc3\xa4", -E_INVALID},
        {"subject a\r", -E_INVALID},
        {"subject " LONG, -E_TOO_LONG},
        {"object a " LONG, -E_TOO_LONG},
        {LONG, -E_TOO_LONG},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[128];
        int length = snprintf(text, sizeof text, "#\n%s\n# behind it\n", bad[i].text);
        assert_int_equal(policy_read(&policy, text, (size_t)length, &line), bad[i].error);
        assert_int_equal(line, strchr(bad[i].text, '\n') ? 3 : 2);
    }
    assert_int_equal(policy_read(&policy, "subject\0a", 9, &line), -E_INVALID);
}

static int read_many(const char *format, unsigned count) {
    static char text[POLICY_LABELS_MAX * 32];
    size_t at = 0;
    for (unsigned i = 0; i < count; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, format, i, i);
    return policy_read(&policy, text, at, &line);
}

static void there_is_room_for_so_many_and_no_more(void **state) {
    (void)state;
    assert_int_equal(read_many("subject s%u m%u\n", POLICY_SIDS_MAX - 2), 0);
    assert_int_equal(policy_subject(&policy, "m13"), 15);
    assert_int_equal(read_many("subject s%u m%u\n", POLICY_SIDS_MAX - 1), -E_FULL);
    assert_int_equal(line, POLICY_SIDS_MAX - 1);
    assert_int_equal(read_many("object s%u m%u\n", POLICY_SIDS_MAX - 1), 0);
    assert_int_equal(read_many("object s%u m%u\n", POLICY_SIDS_MAX), -E_FULL);
    assert_int_equal(read_many("object o m%u n%u\n", POLICY_LABELS_MAX / 2), 0);
    assert_int_equal(read_many("object o m%u n%u\n", POLICY_LABELS_MAX / 2 + 1), -E_FULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_line_allows_is_denied),
        cmocka_unit_test(a_line_is_about_its_subject_and_object_alone),
        cmocka_unit_test(the_kernel_may_do_everything),
        cmocka_unit_test(who_executes_an_object_goes_on_as_the_policy_says),
        cmocka_unit_test(what_is_no_line_is_refused_with_its_number),
        cmocka_unit_test(there_is_room_for_so_many_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
