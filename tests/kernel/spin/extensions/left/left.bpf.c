/* SPDX-License-Identifier: MIT */
/* left.bpf.c -- needs the domain of right, which needs this one's. */
#include "spin/extend.h"

NEEDS("/svc/domains/right");
INTERFACE("to_left");

EXPORTED long to_left(void) {
    return 1;
}
