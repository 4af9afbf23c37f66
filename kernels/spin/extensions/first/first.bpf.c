/* SPDX-License-Identifier: MIT */
/* first.bpf.c -- a result handler: of several handlers of a typed byte the first one's result
 * counts, and not the last one's. The running value is that result and one, so that 0 is none. */
#include "spin/extend.h"
#include "spin/services/console.h"

RESULT(console_key)
unsigned long first(unsigned long running, unsigned long result, _Bool last,
                    const unsigned long *argument) {
    (void)argument;
    unsigned long kept = running ? running : (result & 0xffffffff) + 1;
    return last ? kept - 1 : kept;
}
