/* SPDX-License-Identifier: MIT */
/* pcap_test.c -- captures in each form, and what is none. */
#include "measure/pcap.h"
#include "captured.h"
#include "unit.h"

enum { MICRO = 0xa1b2c3d4, NANO = 0xa1b23c4d };

static void frames_are_read_with_their_times(void **state) {
    (void)state;
    struct captured c = {0};
    struct pcap p;
    struct pcap_frame f;
    const char *why;
    captured_head(&c, MICRO, 1);
    captured_frame(&c, 5, 17, 60, 60);
    captured_frame(&c, 6, 0, 0, 1514);
    assert_null(pcap_open(&p, c.bytes, c.length));
    assert_true(pcap_next(&p, &f, &why) && f.ns == 5000017000 && f.stored == 60 && f.length == 60);
    assert_true(f.bytes[0] == 7 && f.bytes[59] == 7);
    assert_true(pcap_next(&p, &f, &why) && f.ns == 6000000000 && !f.stored && f.length == 1514);
    assert_false(pcap_next(&p, &f, &why));
    assert_null(why);
}

static void nanoseconds_and_the_other_order_are_read_alike(void **state) {
    (void)state;
    struct captured c = {0}, turned = {0};
    struct pcap p;
    struct pcap_frame f;
    const char *why;
    captured_head(&c, NANO, 1);
    captured_frame(&c, 5, 17, 0, 60);
    for (size_t i = 0; i < c.length; i += 4) {
        uint32_t word;
        memcpy(&word, c.bytes + i, 4);
        captured_number(&turned, __builtin_bswap32(word));
    }
    assert_null(pcap_open(&p, turned.bytes, turned.length));
    assert_true(pcap_next(&p, &f, &why) && f.ns == 5000000017 && f.length == 60);
    assert_false(pcap_next(&p, &f, &why));
    assert_null(why);
}

static void what_is_no_capture_says_why(void **state) {
    (void)state;
    struct captured c = {0};
    struct pcap p;
    assert_non_null(strstr(pcap_open(&p, "x", 0), "shorter"));
    captured_head(&c, 0x0a0d0d0a, 1);
    assert_non_null(strstr(pcap_open(&p, c.bytes, c.length), "pcapng"));
    c.length = 0;
    captured_head(&c, MICRO, 113);
    assert_non_null(strstr(pcap_open(&p, c.bytes, c.length), "Ethernet"));
}

/* Wherever it is cut: all frames before, then why. */
static void a_capture_cut_anywhere_says_so(void **state) {
    (void)state;
    struct captured c = {0};
    captured_head(&c, MICRO, 1);
    captured_frame(&c, 5, 0, 4, 60);
    captured_frame(&c, 5, 1, 4, 60);
    for (size_t length = PCAP_HEAD; length < c.length; length++) {
        struct pcap p;
        struct pcap_frame f;
        const char *why;
        size_t frames = 0;
        assert_null(pcap_open(&p, c.bytes, length));
        while (pcap_next(&p, &f, &why))
            frames++;
        size_t behind = (length - PCAP_HEAD) % (PCAP_RECORD_HEAD + 4);
        assert_int_equal(frames, (length - PCAP_HEAD) / (PCAP_RECORD_HEAD + 4));
        assert_int_equal(why != NULL, behind != 0);
    }
}

static void a_record_that_no_frame_can_be_ends_it(void **state) {
    (void)state;
    static const uint32_t lengths[][2] = {{8, 7}, {0, 1u << 20}};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct captured c = {0};
        struct pcap p;
        struct pcap_frame f;
        const char *why;
        captured_head(&c, MICRO, 1);
        captured_frame(&c, 5, 0, lengths[i][0], lengths[i][1]);
        assert_null(pcap_open(&p, c.bytes, c.length));
        assert_false(pcap_next(&p, &f, &why));
        assert_non_null(strstr(why, "no frame"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_read_with_their_times),
        cmocka_unit_test(nanoseconds_and_the_other_order_are_read_alike),
        cmocka_unit_test(what_is_no_capture_says_why),
        cmocka_unit_test(a_capture_cut_anywhere_says_so),
        cmocka_unit_test(a_record_that_no_frame_can_be_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
