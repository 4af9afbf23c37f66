/* SPDX-License-Identifier: MIT */
/* frames.c -- see frames.h. */
#include "frames.h"

#include "lib/error.h"
#include "machine/frame.h"

#define NEEDS_MAX 1000 /* frames: nothing that is tried here needs so many */

/* Takes frame after frame, chained through themselves, until `left` are free. */
static paddr_t take_all_but(size_t left) {
    paddr_t chain = PADDR(0), frame;
    while (frame_unused() > left && frame_alloc(&frame) == 0) {
        *(paddr_t *)direct(frame) = chain;
        chain = frame;
    }
    return chain;
}

static paddr_t give_one_back(paddr_t chain) {
    paddr_t rest = *(paddr_t *)direct(chain);
    frame_free(chain);
    return rest;
}

void frames_fail_each(struct check *c, int (*create)(void)) {
    size_t before = frame_unused(), n = 0;
    paddr_t taken = take_all_but(0);
    int error = -E_NO_MEMORY;
    for (; error && n < NEEDS_MAX && taken.at; n++) {
        size_t had = frame_unused();
        error = create();
        if (error && error != -E_NO_MEMORY)
            check_fail(c, "with %lu frames: error %d", n, error);
        if (frame_unused() != had)
            check_fail(c, "with %lu frames: %lu of them are left afterwards", n, frame_unused());
        if (error)
            taken = give_one_back(taken);
    }
    while (taken.at)
        taken = give_one_back(taken);
    if (error)
        check_fail(c, "%lu frames were not enough", n);
    CHECK_THAT(c, n > 10); /* a page table, a program and a stack take more */
    CHECK_THAT(c, frame_unused() == before);
}
