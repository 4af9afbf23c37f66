/* SPDX-License-Identifier: MIT */
/* uarea.c -- see uarea.h; start.S sets it. */
#include "exo/libos/uarea.h"

#include "exo/libos/yield.h"

struct exo_uarea *uarea;

void slice_ends(void); /* yield.S */

bool vectors_kept;

bool slice_keep_vectors(void) {
    uint32_t ecx, edx, eax = 1, ebx;
    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
    vectors_kept = ecx >> 27 & 1; /* OSXSAVE */
    return vectors_kept;
}

void slice_handle(void) {
    uarea->epilogue_entry = (uint64_t)slice_ends;
    if (uarea->interrupted) { /* before there was an entry */
        uarea->interrupted = 0;
        exo_env_yield(0);
    }
}
