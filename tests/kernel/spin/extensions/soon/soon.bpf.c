/* SPDX-License-Identifier: MIT */
/* soon.bpf.c -- an ephemeral handler that takes a thousand turns, and says how many it was let. */
#include "spin/extend.h"
#include "spin/services/console.h"

INTERFACE("soon_turns");

static volatile long turns;

EPHEMERAL(console_key) int soon(int byte) {
    for (int i = 0; i < 1000; i++)
        turns++;
    return byte + 1;
}

EXPORTED long soon_turns(void) {
    return turns;
}
