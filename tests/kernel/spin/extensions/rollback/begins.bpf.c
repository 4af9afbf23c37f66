/* SPDX-License-Identifier: MIT */
/* begins.bpf.c -- the first object of an extension whose last one refuses to begin: what it did is
 * undone. */
#include "spin/services/names/path.h"
#include "spin/extend.h"
#include "spin/services/console.h"
#include "spin/services/name_calls.h"

INTERFACE("begun");

static long times;

INITIALISE long begin(void) {
    char path[] = "/svc/begun", target[] = "/svc/domains";
    times++;
    return name_alias(path, sizeof path - 1, target, sizeof target - 1);
}

HANDLER(console_key) int three(int byte) {
    (void)byte;
    return 3;
}

EXPORTED long begun(void) {
    return times;
}
