/* SPDX-License-Identifier: MIT */
/* tcp_needs.bpf.c -- TCP once more, of the same source, as signed native code (tcp.c): what it
 * costs that the other one is proven, and runs on fuel. */
#include "spin/extend.h"

NEEDS("/svc/domains/Stream");

/* An object has a program. */
INITIALISE long begin(void) {
    return 0;
}
