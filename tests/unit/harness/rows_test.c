/* SPDX-License-Identifier: MIT */
/* rows_test.c -- a .rows file becomes numbered rows: sweeps in their order, and every malformed
 * line its own complaint. */
#include "experiment/rows.h"
#include "base/status.h"
#include "base/text.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* The names that TEXT gives, with blanks between them; checks that numbers count up. */
static void expect_rows(const char *text, const char *names) {
    struct row_specs rows;
    struct failure why = {0};
    struct texts list = {0};
    assert_int_equal(rows_parse(text, "t.rows", &rows, &why), 0);
    for (size_t i = 0; i < rows.count; i++) {
        assert_int_equal(rows.items[i].number, i);
        texts_add(&list, rows.items[i].name);
    }
    char *joined = texts_join(&list, " ");
    assert_string_equal(joined, names);
    free(joined);
    texts_free(&list);
    rows_free(&rows);
}

static void expect_refusal(const char *text, const char *message) {
    struct row_specs rows;
    struct failure why = {0};
    assert_int_equal(rows_parse(text, "t.rows", &rows, &why), STATUS_EXPERIMENT);
    if (!strstr(why.text, message))
        fail_msg("'%s' where '%s' was wanted", why.text, message);
    assert_null(rows.items);
}

static void a_plain_name_is_one_row(void **state) {
    (void)state;
    expect_rows("syscall\tbench\tsyscall/null\n", "syscall/null");
    expect_rows("syscall\tbench\tsyscall/null", "syscall/null");
    expect_rows("", "");
    expect_rows("\n\nx\tcheck\ta\n\n", "a");
}

static void the_first_sweep_turns_slowest(void **state) {
    (void)state;
    expect_rows("e\tbench\tf/a:1,2/b:x,y\n", "f/a:1/b:x f/a:1/b:y f/a:2/b:x f/a:2/b:y");
    expect_rows("e\tbench\tf/a:7/g\n", "f/a:7/g");
    expect_rows("e\tbench\ta:1,2\ne\tbench\tz\n", "a:1 a:2 z");
}

/* A comma only separates behind a colon. */
static void a_comma_in_a_plain_part_is_its_own(void **state) {
    (void)state;
    expect_rows("e\tbench\tf/a,b\n", "f/a,b");
}

static void kind_and_experiment_are_kept(void **state) {
    (void)state;
    struct row_specs rows;
    struct failure why;
    assert_int_equal(rows_parse("one\tbench\ta\nchecks\tcheck\tb/c\n", "t", &rows, &why), 0);
    assert_int_equal(rows.count, 2);
    assert_string_equal(rows.items[0].experiment, "one");
    assert_false(rows.items[0].check);
    assert_string_equal(rows.items[1].experiment, "checks");
    assert_true(rows.items[1].check);
    rows_free(&rows);
}

static void what_is_malformed_is_refused_with_its_line(void **state) {
    (void)state;
    expect_refusal("e\tbench\ta\nno tabs\n", "t.rows:2: no EXPERIMENT, KIND and NAME");
    expect_refusal("e\tbanch\ta\n", "t.rows:1: the kind is neither");
    expect_refusal("e\tbench\t\n", "empty part");
    expect_refusal("e\tbench\ta//b\n", "empty part");
    expect_refusal("e\tbench\ta/\n", "empty part");
    expect_refusal("e\tbench\tk:\n", "empty part");
    expect_refusal("e\tbench\tk:1,\n", "empty part");
    expect_refusal("e\tbench\tk:1,,2\n", "empty part");
}

static void a_name_has_an_end(void **state) {
    (void)state;
    char *fits = text_format("e\tbench\t%0127d\n", 0),
         *long_name = text_format("e\tbench\t%0128d\n", 0);
    char *many = text_format("e\tbench\t%0126d:1,2\n", 0);
    struct row_specs rows;
    struct failure why;
    assert_int_equal(rows_parse(fits, "t", &rows, &why), 0);
    rows_free(&rows);
    expect_refusal(long_name, "too long");
    expect_refusal(many, "too long");
    free(fits);
    free(long_name);
    free(many);
}

/* Ten sweeps of four values would be a million rows. */
static void an_image_has_a_bounded_number_of_rows(void **state) {
    (void)state;
    expect_refusal(
        "e\tbench\ta:1,2,3,4/b:1,2,3,4/c:1,2,3,4/d:1,2,3,4/e:1,2,3,4/f:1,2,3,4/g:1,2,3,4\n",
        "more rows than an image may have");
}

static void expect_ranges(const unsigned *numbers, size_t count, const char *wanted) {
    char *ranges = rows_ranges(numbers, count);
    assert_string_equal(ranges, wanted);
    free(ranges);
}

static void neighbours_become_ranges(void **state) {
    (void)state;
    expect_ranges((unsigned[]){0}, 0, "");
    expect_ranges((unsigned[]){3}, 1, "3");
    expect_ranges((unsigned[]){0, 1, 2, 7}, 4, "0-2,7");
    expect_ranges((unsigned[]){1, 3, 4, 6}, 4, "1,3-4,6");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_name_is_one_row),
        cmocka_unit_test(the_first_sweep_turns_slowest),
        cmocka_unit_test(a_comma_in_a_plain_part_is_its_own),
        cmocka_unit_test(kind_and_experiment_are_kept),
        cmocka_unit_test(what_is_malformed_is_refused_with_its_line),
        cmocka_unit_test(a_name_has_an_end),
        cmocka_unit_test(an_image_has_a_bounded_number_of_rows),
        cmocka_unit_test(neighbours_become_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
