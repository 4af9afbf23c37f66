/* SPDX-License-Identifier: MIT */
/* tracer.bpf.c -- hears of the system calls of processes that are traced, while they go on, and
 * keeps the last ones' numbers. */
#include "spin/extend.h"
#include "spin/services/calls/trace.h"

#define KEPT 64

INTERFACE("tracer_calls");
INTERFACE("tracer_number");

static unsigned long calls, numbers[KEPT];

HANDLER(syscall_traced)
void hear(unsigned long number, unsigned long a, unsigned long b, unsigned long c) {
    (void)a, (void)b, (void)c;
    numbers[calls++ % KEPT] = number;
}

/* How many there were. */
EXPORTED long tracer_calls(void) {
    return (long)calls;
}

/* The number of the n-th last call: 0 is the last one. */
EXPORTED long tracer_number(unsigned long n) {
    return (long)numbers[(calls - 1 - n) % KEPT];
}
