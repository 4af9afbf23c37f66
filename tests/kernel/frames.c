/* SPDX-License-Identifier: MIT */
/* frames.c -- see frames.h. */
#include "frames.h"

#include "lib/error.h"
#include "machine/memory/frame.h"

#define NEEDS_MAX 1000 /* frames: nothing that is tried here needs so many */

void frames_fail_each(struct check *c, int (*create)(void)) {
    size_t before = frame_unused(), n = 0;
    int error = -E_NO_MEMORY;
    for (; error && n < NEEDS_MAX && n < before; n++) {
        frame_withhold(n);
        error = create();
        size_t left = frame_unused();
        frame_withhold_end();
        if (error && error != -E_NO_MEMORY)
            check_fail(c, "with %lu frames: error %d", n, error);
        if (left != n)
            check_fail(c, "with %lu frames: %lu of them are left afterwards", n, left);
    }
    if (error)
        check_fail(c, "%lu frames were not enough", n);
    CHECK_THAT(c, n > 5); /* an empty address space takes as many */
    CHECK_THAT(c, frame_unused() == before);
}
