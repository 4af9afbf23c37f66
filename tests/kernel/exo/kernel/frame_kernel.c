/* SPDX-License-Identifier: MIT */
/* frame_kernel.c -- a frame that an environment had, then the kernel, then that environment. */
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "measure/bench.h"

CHECK(frame_kernel, "page/what_the_kernel_had_in_a_frame_is_cleared_for_who_had_it_before") {
    static const struct cap mine = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'m'}},
                            other = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {'o'}};
    paddr_t frame;
    CHECK_THAT(c, frame_alloc(&frame) == 0); /* the lowest: the kernel's next one, too */
    frame_free(frame);
    struct exo_frame *f = exo_frame_at(frame.at / PAGE_SIZE);
    CHECK_THAT(c, f && exo_frame_claim(f, mine) >= 0);
    exo_frame_release(f);
    CHECK_THAT(c, exo_frame_claim(f, mine) == 0); /* it was his */
    exo_frame_release(f);
    paddr_t again;
    CHECK_THAT(c, frame_alloc(&again) == 0 && again.at == frame.at);
    frame_free(again);
    CHECK_THAT(c, exo_frame_claim(f, mine) == 1);
    f->acl = other; /* and whose it was at the end counts */
    exo_frame_release(f);
    CHECK_THAT(c, exo_frame_claim(f, mine) == 1);
    exo_frame_release(f);
    CHECK_THAT(c, exo_frame_claim(f, mine) == 0);
    exo_frame_release(f);
}
