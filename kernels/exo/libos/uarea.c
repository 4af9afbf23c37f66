/* SPDX-License-Identifier: MIT */
/* uarea.c -- see uarea.h; start.S sets it. */
#include "exo/libos/uarea.h"

#include "exo/libos/yield.h"

struct exo_uarea *uarea;

void slice_ends(void); /* yield.S */

void slice_handle(void) {
    uarea->epilogue_entry = (uint64_t)slice_ends;
    if (uarea->interrupted) { /* before there was an entry */
        uarea->interrupted = 0;
        exo_env_yield(0);
    }
}
