/* SPDX-License-Identifier: MIT */
/* forever.c -- a process that computes, and makes others now and then: a load beside others'
 * environments. Not more often, for the end of one gives the rest of a slice away. */
#include "cases.h"

#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"

static uint64_t nothing(void) {
    return 0;
}

uint64_t case_forever(void) {
    slice_handle();
    for (;;) {
        for (volatile uint64_t n = 0; n < 3000000; n++)
            ;
        MUST(in_child(nothing) == 0);
        uarea->own[400]++;
    }
}
