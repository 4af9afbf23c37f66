/* SPDX-License-Identifier: MIT */
/* spin.c -- how large the parts of the kernel and its extensions are. */
#include "give.h"

BENCH(size_part, "size/part:" PARTS "/of:lines,text") {
    give(b, "part", parts, sizeof parts / sizeof *parts);
}

BENCH(size_extension, "size/extension:" EXTENSIONS "/of:lines,text") {
    give(b, "extension", extensions, sizeof extensions / sizeof *extensions);
}
