/* SPDX-License-Identifier: MIT */
/* extents.c -- the owner of a disk, which hands out its blocks: see libos/extents/extents.h. Its
 * argument is the disk, and EXTENTS_NEW. */
#include "exo/libos/extents/extents.h"
#include "exo/libos/yield.h"
#include "user/program.h"

uint64_t program_main(uint64_t argument, uint64_t b, const char *words) {
    (void)b, (void)words;
    slice_handle();
    return (uint64_t)extents_serve(argument & 0xff, argument & EXTENTS_NEW);
}
