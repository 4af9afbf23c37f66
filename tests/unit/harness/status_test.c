/* SPDX-License-Identifier: MIT */
/* status_test.c -- the exit statuses are a contract with scripts: these numbers, each once, the
 * lowest failure first. */
#include "base/status.h"
#include "unit.h"

#include <string.h>

/* The numbers of the contract, written down a second time on purpose. */
static void the_numbers_are_those_of_the_contract(void **state) {
    (void)state;
    static const int numbers[] = {0,  1,  2,  3,  10, 11, 12, 13, 14, 15, 16, 17, 18,
                                  19, 20, 21, 30, 31, 32, 33, 40, 41, 42, 43, 44, 64};
    int count;
    const struct status_entry *list = status_list(&count);
    assert_int_equal(count, sizeof numbers / sizeof numbers[0]);
    for (int i = 0; i < count; i++) {
        assert_int_equal(list[i].number, numbers[i]);
        assert_true(*list[i].name && *list[i].sentence && (*list[i].mend || i == 0));
    }
}

static void the_lowest_failure_counts(void **state) {
    (void)state;
    assert_int_equal(status_worst(0, 0), 0);
    assert_int_equal(status_worst(0, 31), 31);
    assert_int_equal(status_worst(20, 0), 20);
    assert_int_equal(status_worst(13, 11), 11);
    assert_int_equal(status_worst(130, 20), 20);
}

static void every_number_has_an_entry(void **state) {
    (void)state;
    assert_string_equal(status_find(13)->name, "triple fault");
    assert_string_equal(status_find(128 + 9)->name, "ended by a signal");
    assert_string_equal(status_find(99)->name, "unknown");
    assert_string_equal(status_find(-1)->name, "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_numbers_are_those_of_the_contract),
        cmocka_unit_test(the_lowest_failure_counts),
        cmocka_unit_test(every_number_has_an_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
