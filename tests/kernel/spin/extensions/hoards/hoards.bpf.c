/* SPDX-License-Identifier: MIT */
/* hoards.bpf.c -- has a mebibyte of variables, for nothing. */
#include "spin/extend.h"

static unsigned char hoard[1 << 20];

EXPORTED long use(unsigned long at) {
    return ++hoard[at & (sizeof hoard - 1)];
}
