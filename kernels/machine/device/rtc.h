/* SPDX-License-Identifier: MIT */
/* rtc.h -- registers of a PC's clock, through an index and a window. Motorola MC146818A
 * data sheet. */
#ifndef MACHINE_RTC_H
#define MACHINE_RTC_H

#include "machine/cpu/x86.h"

#include <stdint.h>

enum { RTC_INDEX = 0x70, RTC_DATA = 0x71 };
enum { RTC_SECOND = 0, RTC_MINUTE = 2, RTC_HOUR = 4, RTC_DAY = 7, RTC_MONTH = 8, RTC_YEAR = 9 };
enum { RTC_STATUS_A = 0x0a, RTC_STATUS_B = 0x0b, RTC_STATUS_C = 0x0c, RTC_STATUS_D = 0x0d };
#define RTC_NMI_MASKED 0x80 /* the index's bit 7 is no part of it */

/* Both keep NMIs away, until rtc_end(). */
static inline uint8_t rtc_read(uint8_t index) {
    outb(RTC_INDEX, RTC_NMI_MASKED | index);
    return inb(RTC_DATA);
}

static inline void rtc_write(uint8_t index, uint8_t v) {
    outb(RTC_INDEX, RTC_NMI_MASKED | index);
    outb(RTC_DATA, v);
}

/* NMIs may come again. */
static inline void rtc_end(void) {
    outb(RTC_INDEX, RTC_STATUS_D);
}

#endif
