/* SPDX-License-Identifier: MIT */
/* loops.bpf.c -- a handler that goes on for ever, if it is let. */
#include "spin/extend.h"
#include "spin/services/console.h"

static volatile int on = 1;

HANDLER(console_key) int loops(int byte) {
    while (on)
        ;
    return byte;
}
