/* SPDX-License-Identifier: MIT */
/* hidden.bpf.c -- wants a function of keys that is not in its interface. */
#include "spin/extend.h"

NEEDS("/svc/domains/keys");

IMPORTED int count_line(int byte);

EXPORTED long cheat(void) {
    return count_line('\n');
}
