/* SPDX-License-Identifier: MIT */
/* ticks.bpf.c -- hears the clock. */
#include "spin/extend.h"
#include "spin/services/devices.h"

INTERFACE("ticks_heard");

static unsigned long heard;

HANDLER(clock_tick) void hear(unsigned long ticks) {
    heard = ticks;
}

EXPORTED long ticks_heard(void) {
    return (long)heard;
}
