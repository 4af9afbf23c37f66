/* SPDX-License-Identifier: MIT */
/* works.c -- signed native code: a handler of the event's own type. */
#include "spin/extend.h"
#include "spin/services/console.h"

INSTEAD(console_key) int works(int byte) {
    return byte + 1;
}
