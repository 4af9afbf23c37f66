/* SPDX-License-Identifier: MIT */
/* needs.bpf.c -- ext2 once more, of the same source, as signed native code (ext2.c): what it costs
 * that the other one is proven, and runs on fuel. */
#include "spin/extend.h"

NEEDS("/svc/domains/Blocks");

/* An object has a program. */
INITIALISE long begin(void) {
    return 0;
}
