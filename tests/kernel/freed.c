/* SPDX-License-Identifier: MIT */
/* freed.c -- see freed.h. Costs 512 instructions a frame. */
#include "freed.h"

#include "lib/string.h"

void __wrap_frame_free(paddr_t frame) {
    const struct page *p = frame_page(frame);
    if (p && p->references == 1 && p->pins == 0)
        memset(direct(frame), FREED_FRAME_JUNK, PAGE_SIZE);
    __real_frame_free(frame);
}
