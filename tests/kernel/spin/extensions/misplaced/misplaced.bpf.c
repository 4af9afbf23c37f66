/* SPDX-License-Identifier: MIT */
/* misplaced.bpf.c -- wants a place that there is not. */
#include "spin/extend.h"
#include "spin/services/console.h"

EXTENSION_PROGRAM("handler.console_key/soonest") int soonest(int byte) {
    return byte;
}
