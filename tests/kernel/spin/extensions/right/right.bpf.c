/* SPDX-License-Identifier: MIT */
/* right.bpf.c -- needs the domain of left, which needs this one's. */
#include "spin/extend.h"

NEEDS("/svc/domains/left");
INTERFACE("to_right");

EXPORTED long to_right(void) {
    return 1;
}
