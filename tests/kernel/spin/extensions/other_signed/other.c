/* SPDX-License-Identifier: MIT */
/* other.c -- native code that was signed as something else than an extension. */
#include "spin/extend.h"
#include "spin/services/console.h"

INSTEAD(console_key) int other(int byte) {
    return byte + 1;
}
