/* SPDX-License-Identifier: MIT */
/* mistyped.c -- signed native code: the handler is not of its event's type. */
#include "spin/extend.h"
#include "spin/services/console.h"

INSTEAD(console_key) int mistyped(const char *byte) {
    return *byte;
}
