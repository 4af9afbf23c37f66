/* SPDX-License-Identifier: MIT */
/* quiet.bpf.c -- an interface and nothing bound: idle when nobody is linked to it. */
#include "spin/extend.h"

INTERFACE("quiet");

EXPORTED long quiet(void) {
    return 0;
}
