/* SPDX-License-Identifier: MIT */
/* orders.bpf.c -- handlers that ask for their places: what they write down is in the order in which
 * they run. */
#include "spin/extend.h"
#include "spin/services/console.h"

INTERFACE("orders_trace");

static long trace;

LAST(console_key) int four(int byte) {
    trace = 10 * trace + 4;
    return byte;
}

AFTER(console_key, keys) int three(int byte) {
    trace = 10 * trace + 3;
    return byte;
}

BEFORE(console_key, keys) int two(int byte) {
    trace = 10 * trace + 2;
    return byte;
}

FIRST(console_key) int one(int byte) {
    trace = 10 * trace + 1;
    return byte;
}

EXPORTED long orders_trace(void) {
    return trace;
}
