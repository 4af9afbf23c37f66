/* SPDX-License-Identifier: MIT */
/* later.bpf.c -- an asynchronous handler, which adds up what it is told. */
#include "spin/extend.h"
#include "spin/services/devices.h"

INTERFACE("later_ticks");

static unsigned long sum;

ASYNC(clock_tick) void later(unsigned long ticks) {
    sum += ticks;
}

EXPORTED long later_ticks(void) {
    return (long)sum;
}
