/* SPDX-License-Identifier: MIT */
/* traffic_test.c -- which captures can be sent, and why others cannot. */
#include "base/text.h"
#include "captured.h"
#include "log/traffic.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>

enum { MICRO = 0xa1b2c3d4 };

static char *fault_of(const struct captured *c) {
    char *path = text_format("%s/pcap", scratch);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    assert_int_equal(fwrite(c->bytes, 1, c->length, to), c->length);
    assert_int_equal(fclose(to), 0);
    char *fault = traffic_fault(path);
    free(path);
    return fault;
}

static void whole_frames_are_sent(void **state) {
    (void)state;
    struct captured c = {0};
    captured_head(&c, MICRO, 1);
    captured_frame(&c, 5, 0, 14, 14);
    captured_frame(&c, 5, 1, 1514, 1514);
    assert_null(fault_of(&c));
}

static void what_cannot_be_sent_says_why(void **state) {
    (void)state;
    static const struct {
        uint32_t stored, length;
        const char *fault;
    } frames[] = {{60, 61, "of frame 2 it has 60 bytes of 61"},
                  {13, 13, "frame 2 has 13 bytes; allowed: 14 to 1514"},
                  {1515, 1515, "frame 2 has 1515 bytes; allowed: 14 to 1514"},
                  {61, 60, "it has a record that no frame can be"}};
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        struct captured c = {0};
        captured_head(&c, MICRO, 1);
        captured_frame(&c, 5, 0, 60, 60);
        captured_frame(&c, 5, 0, frames[i].stored, frames[i].length);
        char *fault = fault_of(&c);
        assert_string_equal(fault, frames[i].fault);
        free(fault);
    }
}

static void what_has_no_frame_and_what_is_no_capture(void **state) {
    (void)state;
    struct captured c = {0};
    char *fault = fault_of(&c);
    assert_non_null(strstr(fault, "shorter"));
    free(fault);
    captured_head(&c, MICRO, 1);
    fault = fault_of(&c);
    assert_string_equal(fault, "it has no frame");
    free(fault);
    captured_frame(&c, 5, 0, 60, 60);
    c.length--;
    fault = fault_of(&c);
    assert_string_equal(fault, "its last record is cut short");
    free(fault);
    fault = traffic_fault(scratch);
    assert_string_equal(fault, "Is a directory");
    free(fault);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole_frames_are_sent, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(what_cannot_be_sent_says_why, scratch_make, scratch_remove),
        cmocka_unit_test_setup_teardown(what_has_no_frame_and_what_is_no_capture, scratch_make,
                                        scratch_remove),
    };
    return cmocka_run_group_tests_name("log/traffic", tests, NULL, NULL);
}
