/* SPDX-License-Identifier: MIT */
/* two.bpf.c -- calls one.bpf.c. */
#include "spin/extend.h"

IMPORTED long one(long n);

EXPORTED long two(long n) {
    return n ? one(n - 1) : 2;
}
