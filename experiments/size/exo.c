/* SPDX-License-Identifier: MIT */
/* exo.c -- how large the kernel is, and each library operating system. */
#include "give.h"

BENCH(size_part, "size/part:" PARTS "/of:lines,text") {
    give(b, "part", parts, sizeof parts / sizeof *parts);
}
