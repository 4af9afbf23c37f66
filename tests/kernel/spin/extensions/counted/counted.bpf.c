/* SPDX-License-Identifier: MIT */
/* counted.bpf.c -- a post-guard: a result above 200 does not count. */
#include "spin/extend.h"
#include "spin/services/console.h"

HANDLER(console_key) int more(int byte) {
    return byte + 100;
}

POST(console_key) _Bool counts(unsigned long result) {
    return (unsigned)result <= 200;
}
