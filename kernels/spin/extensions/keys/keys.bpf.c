/* SPDX-License-Identifier: MIT */
/* keys.bpf.c -- a guard and a handler, and a service with state: counts the lines that are typed,
 * and tells who asks. */
#include "keys.h"
#include "spin/extend.h"
#include "spin/services/console.h"

INTERFACE("keys_lines");

static long lines;

GUARD(console_key) _Bool ends_line(int byte) {
    return byte == '\r' || byte == '\n';
}

HANDLER(console_key) int count_line(int byte) {
    lines++;
    return byte;
}

EXPORTED long keys_lines(void) {
    return lines;
}
