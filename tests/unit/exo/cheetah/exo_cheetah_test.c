/* SPDX-License-Identifier: MIT */
/* exo_cheetah_test.c -- the cases of cases.h, on the host. */
#include "cases.h"
#include "unit.h"

#define CHEETAH_CASE(name)                                                                         \
    static void name(void **state) {                                                               \
        (void)state;                                                                               \
        assert_int_equal(cheetah_##name(), 0);                                                     \
    }
CHEETAH_CASES(CHEETAH_CASE)
#undef CHEETAH_CASE

int main(void) {
#define CHEETAH_CASE(name) cmocka_unit_test(name),
    const struct CMUnitTest tests[] = {CHEETAH_CASES(CHEETAH_CASE)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
