/* SPDX-License-Identifier: MIT */
/* rtc.bpf.c -- the driver of the PC's clock (Motorola MC146818A): has it interrupt 64 times a
 * second, and raises Clock.Tick for each. */
#include "spin/extend.h"
#include "spin/services/devices.h"

NEEDS("/devices/rtc");

enum { STATUS_A = 10, STATUS_B = 11, STATUS_C = 12 };
enum { OSCILLATOR_ON = 0x20, HERTZ_64 = 0x0a, PERIODIC = 0x40 };

static unsigned long ticks;

INITIALISE long begin(void) {
    rtc_register_write(STATUS_A, OSCILLATOR_ON | HERTZ_64);
    rtc_register_write(STATUS_B, rtc_register_read(STATUS_B) | PERIODIC);
    rtc_register_read(STATUS_C); /* what was pending */
    return rtc_listen();
}

GUARD(interrupt_raised) _Bool is_clock(unsigned line) {
    return line == RTC_LINE;
}

HANDLER(interrupt_raised) _Bool tick(unsigned line) {
    (void)line;
    if (!(rtc_register_read(STATUS_C) & PERIODIC))
        return 0;
    clock_tick(++ticks);
    return 1;
}
