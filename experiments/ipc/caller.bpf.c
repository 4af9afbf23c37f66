/* SPDX-License-Identifier: MIT */
/* caller.bpf.c -- an extension that calls another one: not at all, and a hundred times, one call
 * behind the other. */
#include "procedures.h"

#define TEN(x) x x x x x x x x x x

__attribute__((section("function"), used)) long call_none(void) {
    return 0;
}

__attribute__((section("function"), used)) long call_hundred(void) {
    TEN(TEN(callee_null();))
    return 0;
}
