/* SPDX-License-Identifier: MIT */
/* machine_rtc_time_test.c -- a clock's registers against the C library's calendar, in each of their
 * forms; and what can be no time. */
#include "machine/device/rtc_time.h"
#include "unit.h"

#include <time.h>

static uint8_t form(int n, uint8_t mode) {
    return (uint8_t)(mode & RTC_BINARY ? n : n / 10 * 16 + n % 10);
}

static uint8_t hour_form(int hour, uint8_t mode) {
    if (mode & RTC_24_HOURS)
        return form(hour, mode);
    return (uint8_t)(form((hour + 11) % 12 + 1, mode) | (hour >= 12 ? 0x80 : 0));
}

static struct rtc_registers registers(const struct tm *t, uint8_t mode) {
    return (struct rtc_registers){form(t->tm_sec, mode),
                                  form(t->tm_min, mode),
                                  hour_form(t->tm_hour, mode),
                                  form(t->tm_mday, mode),
                                  form(t->tm_mon + 1, mode),
                                  form(t->tm_year % 100, mode),
                                  form((t->tm_year + 1900) / 100, mode),
                                  mode};
}

static const uint8_t modes[] = {0, RTC_24_HOURS, RTC_BINARY, RTC_24_HOURS | RTC_BINARY};

static void every_time_is_the_librarys_in_each_form(void **state) {
    (void)state;
    /* 1970 to 2120, in steps that meet each hour and day. */
    for (time_t at = 0; at < 150l * 365 * 86400; at += 86400 / 4 + 3601) {
        struct tm t;
        gmtime_r(&at, &t);
        for (unsigned m = 0; m < 4; m++) {
            struct rtc_registers r = registers(&t, modes[m]);
            uint64_t seconds = 1;
            assert_true(rtc_time(&r, &seconds));
            assert_int_equal(seconds, at);
        }
    }
}

static void midnight_and_noon_are_twelve(void **state) {
    struct rtc_registers r = {0, 0, 0x12, 0x01, 0x01, 0x20, 0x20, 0};
    uint64_t midnight, noon;
    (void)state;
    assert_true(rtc_time(&r, &midnight));
    r.hour = 0x92;
    assert_true(rtc_time(&r, &noon));
    assert_int_equal(midnight, 1577836800); /* 2020-01-01 */
    assert_int_equal(noon - midnight, 12 * 3600);
}

static void without_a_century_the_year_tells_it(void **state) {
    struct rtc_registers r = {0, 0, 0, 0x01, 0x01, 0x20, 0, RTC_24_HOURS};
    uint64_t seconds;
    (void)state;
    assert_true(rtc_time(&r, &seconds));
    assert_int_equal(seconds, 1577836800);
    r.year = 0x70;
    assert_true(rtc_time(&r, &seconds));
    assert_int_equal(seconds, 0);
    r.year = 0x69;
    assert_true(rtc_time(&r, &seconds));
    assert_int_equal(seconds, 3124224000); /* 2069-01-01 */
}

static void what_can_be_no_time_is_none(void **state) {
    static const struct rtc_registers none[] = {
        {0x60, 0, 0, 1, 1, 0x20, 0x20, RTC_24_HOURS},
        {0, 0x60, 0, 1, 1, 0x20, 0x20, RTC_24_HOURS},
        {0, 0, 0x24, 1, 1, 0x20, 0x20, RTC_24_HOURS},
        {0, 0, 0, 0, 1, 0x20, 0x20, RTC_24_HOURS},
        {0, 0, 0, 0x32, 1, 0x20, 0x20, RTC_24_HOURS},
        {0, 0, 0, 0x30, 2, 0x20, 0x20, RTC_24_HOURS},
        {0, 0, 0, 0x29, 2, 0x21, 0x20, RTC_24_HOURS},
        {0, 0, 0, 0x29, 2, 0x00, 0x21, RTC_24_HOURS},
        {0, 0, 0, 1, 0, 0x20, 0x20, RTC_24_HOURS},
        {0, 0, 0, 1, 0x13, 0x20, 0x20, RTC_24_HOURS},
        {0, 0, 0, 1, 1, 0xa0, 0x20, RTC_24_HOURS},
        {0, 0, 0, 1, 1, 0x20, 0xf0, RTC_24_HOURS},
        {0, 0, 0, 1, 1, 0x69, 0x19, RTC_24_HOURS},
        {0, 0, 0, 1, 1, 0x20, 0x20, 0},
        {0, 0, 0x13, 1, 1, 0x20, 0x20, 0},
        {0x0a, 0, 0, 1, 1, 0x20, 0x20, RTC_24_HOURS},
        {0, 0, 0, 1, 1, 100, 20, RTC_24_HOURS | RTC_BINARY},
        {0, 0, 0, 1, 1, 0x54, 0x25, RTC_24_HOURS}, /* its nanoseconds overflow in July */
        {255, 255, 255, 255, 255, 255, 255, 255},
    };
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        uint64_t seconds = 7;
        assert_false(rtc_time(&none[i], &seconds));
        assert_int_equal(seconds, 7);
    }
}

static void the_last_year_has_room_in_nanoseconds(void **state) {
    struct rtc_registers r = {0x59, 0x59, 0x23, 0x31, 0x12, 0x53, 0x25, RTC_24_HOURS};
    uint64_t seconds;
    (void)state;
    assert_true(rtc_time(&r, &seconds));
    assert_int_equal(seconds, 18429292799); /* 2553-12-31 */
    assert_true(seconds < UINT64_MAX / 1000000000);
}

/* Any registers at all: an answer or none, and no more. */
static void any_bytes_are_survived(void **state) {
    uint8_t bytes[sizeof(struct rtc_registers)];
    uint32_t seed = 1;
    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        uint64_t seconds = 0;
        struct rtc_registers r;
        for (unsigned k = 0; k < sizeof bytes; k++)
            bytes[k] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
        r = (struct rtc_registers){bytes[0], bytes[1], bytes[2], bytes[3],
                                   bytes[4], bytes[5], bytes[6], bytes[7]};
        if (rtc_time(&r, &seconds))
            assert_true(seconds < UINT64_MAX / 1000000000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_time_is_the_librarys_in_each_form),
        cmocka_unit_test(midnight_and_noon_are_twelve),
        cmocka_unit_test(without_a_century_the_year_tells_it),
        cmocka_unit_test(what_can_be_no_time_is_none),
        cmocka_unit_test(the_last_year_has_room_in_nanoseconds),
        cmocka_unit_test(any_bytes_are_survived),
    };
    return cmocka_run_group_tests_name("machine/rtc_time", tests, NULL, NULL);
}
