/* SPDX-License-Identifier: MIT */
/* page_test.c -- figures as a reader is shown them. */
#include "page/page.h"
#include "unit.h"

#include <math.h>

static void figures_are_whole_grouped_or_of_three_digits(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {17, "17"},
        {1.412, "1.41"},
        {-2, "-2"},
        {999.96, "1,000"},
        {-999.6, "-1,000"},
        {999.4, "999"},
        {1000.4, "1,000"},
        {3217577, "3,217,577"},
        {-3217577, "-3,217,577"},
        {-100, "-100"},
        {999999999999999, "999,999,999,999,999"},
        {1e15, "1e+15"},
        {-1e300, "-1e+300"},
        {NAN, "–"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(page_number(cases[i].value), cases[i].text);
    assert_string_equal(page_times(2.5), "2.5\u00a0×");
    assert_string_equal(page_times(NAN), "–");
}

static void one_is_singular_where_its_unit_has_one(void **state) {
    (void)state;
    assert_string_equal(page_amount(1, CLOCK_ICOUNT), "1 instruction");
    assert_string_equal(page_amount(2, CLOCK_ICOUNT), "2 instructions");
    assert_string_equal(page_amount(0, CLOCK_ICOUNT), "0 instructions");
    assert_string_equal(page_amount(1, CLOCK_TSC), "1 cycle");
    assert_string_equal(page_amount(1, CLOCK_HOST), "1 ns");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_whole_grouped_or_of_three_digits),
        cmocka_unit_test(one_is_singular_where_its_unit_has_one),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
