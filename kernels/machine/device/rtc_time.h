/* SPDX-License-Identifier: MIT */
/* rtc_time.h -- the registers of a PC's clock as a time. Pure, tested on the host. */
#ifndef MACHINE_RTC_TIME_H
#define MACHINE_RTC_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define RTC_24_HOURS 2 /* bits of mode (status register B): else 12, and bit 7 of hour is PM */
#define RTC_BINARY   4 /* else BCD */
/* Until the end of this year 64 bits have room for nanoseconds since 1970. */
#define RTC_YEAR_MAX 2553

struct rtc_registers {
    uint8_t second, minute, hour, day, month, year; /* year: of its century */
    uint8_t century;                                /* 0: the machine has no register for it */
    uint8_t mode;
};

/* Seconds since the beginning of 1970, the clock taken to be UTC. Without a century years from 70
 * on are the last century's. False: no such time can be, or it is before 1970 or after
 * RTC_YEAR_MAX. */
bool rtc_time(const struct rtc_registers *r, uint64_t *seconds);

#endif
