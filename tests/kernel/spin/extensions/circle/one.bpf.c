/* SPDX-License-Identifier: MIT */
/* one.bpf.c -- calls two.bpf.c, which calls this one. */
#include "spin/extend.h"

IMPORTED long two(long n);

EXPORTED long one(long n) {
    return n ? two(n - 1) : 1;
}
