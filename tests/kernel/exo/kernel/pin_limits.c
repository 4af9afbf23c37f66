/* SPDX-License-Identifier: MIT */
/* pin_limits.c -- a frame's pins are refused before they wrap, and a refusal costs nothing. Inside
 * the kernel, for nobody has memory for so many. */
#include "exo/kernel/env/env.h"
#include "exo/kernel/rights/frame_calls.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "measure/bench.h"

static struct exo_frame *claimed(void) {
    for (uint64_t n = info.frame_count; n-- > 0;) {
        struct exo_frame *f = exo_frame_at(n);
        if (f && !f->references && exo_frame_claim(f, env_current->cap[0]) >= 0)
            return f;
    }
    return NULL;
}

CHECK(pin_limits, "acl/a_frame_with_as_many_references_as_can_be_counted_is_pinned_no_more") {
    struct exo_frame *f = claimed();
    CHECK_THAT(c, f);
    uint64_t number = exo_frame_number(f);
    uint32_t before = env_current->seen->kernel;
    f->readers = 1; /* as if it were mapped: what only pins hold is not pinned again */
    f->references = UINT32_MAX;
    CHECK_THAT(c, sys_frame_pin(0, number) == -E_FULL);
    CHECK_THAT(c, f->references == UINT32_MAX && !f->pins);
    CHECK_THAT(c, env_current->seen->kernel == before);
    f->references = UINT32_MAX - 1;
    CHECK_THAT(c, sys_frame_pin(0, number) == 0 && f->references == UINT32_MAX && f->pins == 1);
    CHECK_THAT(c, sys_frame_pin(0, number) == -E_FULL);
    CHECK_THAT(c, sys_frame_unpin(0, 0, number) == 0 && env_current->seen->kernel == before);
    f->references = 1;
    f->readers = 0;
    exo_frame_release(f);
    CHECK_THAT(c, !f->references);
}
