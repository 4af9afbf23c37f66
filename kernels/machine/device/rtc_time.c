/* SPDX-License-Identifier: MIT */
/* rtc_time.c -- see rtc_time.h. Motorola MC146818A data sheet, table 3. */
#include "machine/device/rtc_time.h"

#define PM           0x80
#define INVALID      0xffu
#define DAYS_TO_1970 719468 /* from 0000-03-01 of the Gregorian calendar */

/* A register's number; INVALID, which is beyond every range, where it is none. */
static unsigned number(uint8_t v, uint8_t mode) {
    if (mode & RTC_BINARY)
        return v;
    return (v & 0xf) > 9 || v >> 4 > 9 ? INVALID : (v >> 4) * 10u + (v & 0xf);
}

static unsigned hour_of(const struct rtc_registers *r) {
    if (r->mode & RTC_24_HOURS)
        return number(r->hour, r->mode);
    unsigned hour = number(r->hour & (uint8_t)~PM, r->mode);
    if (hour < 1 || hour > 12)
        return INVALID;
    return hour % 12 + (r->hour & PM ? 12 : 0); /* 12 AM is the day's first hour */
}

static unsigned days_in(unsigned year, unsigned month) {
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* A year that begins in March has its odd day at its end, so that its months begin alike
 * each year. */
static uint64_t days_since_1970(unsigned year, unsigned month, unsigned day) {
    uint64_t y = year - (month < 3), m = (month + 9) % 12;
    return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - DAYS_TO_1970;
}

bool rtc_time(const struct rtc_registers *r, uint64_t *seconds) {
    unsigned second = number(r->second, r->mode), minute = number(r->minute, r->mode);
    unsigned hour = hour_of(r), day = number(r->day, r->mode), month = number(r->month, r->mode);
    unsigned year = number(r->year, r->mode), century = number(r->century, r->mode);
    if (year > 99 || century > 99)
        return false;
    if (r->century == 0)
        century = year < 70 ? 20 : 19;
    year += century * 100;
    if (second > 59 || minute > 59 || hour > 23 || month < 1 || month > 12 || year < 1970 ||
        year > RTC_YEAR_MAX || day < 1 || day > days_in(year, month))
        return false;
    *seconds = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    return true;
}
