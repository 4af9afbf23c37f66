/* SPDX-License-Identifier: MIT */
/* listens.bpf.c -- wants to hear of the interrupts of a device that it does not drive. */
#include "spin/extend.h"
#include "spin/services/devices.h"

HANDLER(interrupt_raised) _Bool listens(unsigned line) {
    return line == RTC_LINE;
}
