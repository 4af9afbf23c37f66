/* SPDX-License-Identifier: MIT */
/* plugin_touched_test.c -- distinct lines and pages, held against a slow twin on many rounds. */
#include "plugin/touched.h"
#include "unit.h"

#include <stdbool.h>
#include <string.h>

static struct touched touched;

static void touch(uint64_t address) {
    touched_line(&touched, touched_page(&touched, address / TOUCHED_PAGE_SIZE),
                 address / LINE_SIZE % 64);
}

static void each_counts_once(void **state) {
    (void)state;
    touched_clear(&touched);
    touch(0);
    touch(63);
    touch(64);
    touch(4095);
    touch(4096);
    touch(0);
    assert_int_equal(touched.lines, 4);
    assert_int_equal(touched.pages, 2);
    touched_clear(&touched);
    assert_int_equal(touched.lines, 0);
    touch(64);
    assert_int_equal(touched.lines, 1);
    assert_int_equal(touched.pages, 1);
    touched_free(&touched);
}

/* 16384 is more pages than there are buckets, so that many share one. */
static void rounds_do_not_know_of_each_other(void **state) {
    (void)state;
    enum { LINES = 16384 * 64 };
    static bool line[LINES], page[LINES / 64];
    uint32_t random = 1;
    for (int round = 0; round < 50; round++) {
        uint64_t lines = 0, pages = 0;
        memset(line, 0, sizeof line);
        memset(page, 0, sizeof page);
        touched_clear(&touched);
        for (int i = 0; i < 2000; i++) {
            random = random * 1664525 + 1013904223;
            uint64_t at = (random >> 8) % (round % 2 ? LINES : 4096);
            lines += !line[at];
            pages += !page[at / 64];
            line[at] = page[at / 64] = true;
            touch(at * LINE_SIZE);
        }
        assert_int_equal(touched.lines, lines);
        assert_int_equal(touched.pages, pages);
    }
    touched_free(&touched);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_counts_once),
                                       cmocka_unit_test(rounds_do_not_know_of_each_other)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("plugin_touched", tests, NULL, NULL);
}
