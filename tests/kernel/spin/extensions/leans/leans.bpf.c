/* SPDX-License-Identifier: MIT */
/* leans.bpf.c -- comes to a name of SpinPublic by asks alone, whenever a key is typed. */
#include "spin/extend.h"
#include "spin/services/console.h"

NEEDS("/svc/domains/asks");

IMPORTED long asks(void);

HANDLER(console_key) int leans(int byte) {
    return byte + 1 + (int)asks();
}
