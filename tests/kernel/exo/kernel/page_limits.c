/* SPDX-License-Identifier: MIT */
/* page_limits.c -- counters of frames refuse before they wrap, by either way of a call on pages.
 * Inside the kernel, for nobody has memory for so many mappings. */
#include "exo/kernel/env/env.h"
#include "exo/kernel/page_calls.h"
#include "exo/kernel/memory/exo_frame.h"
#include "exo/kernel/memory/info.h"
#include "lib/error.h"
#include "lib/string.h"
#include "measure/bench.h"

#define HERE 0x540000000000ul
#define DATA (EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC)

/* The call, by the caller's own u-area; `env` 0 is the short way, his own id the complete one. */
static long update(uint64_t env, struct exo_pages p) {
    uint64_t *own = env_current->uarea->own, kept[3];
    memcpy(kept, own, sizeof kept);
    memcpy(own, &p, sizeof p);
    vaddr_t at = env_uarea_at(env_current) + offsetof(struct exo_uarea, own);
    long done = sys_page_update(0, env, 0, at, 1, 0);
    memcpy(own, kept, sizeof kept);
    return done;
}

/* The last one: the lowest are those that the kernel takes for a table on the way. */
static struct exo_frame *any_free(void) {
    uint64_t n = info.frame_count;
    do
        n--;
    while (!exo_frame_at(n) || !frame_is_free(n));
    return exo_frame_at(n);
}

CHECK(page_limits, "page/a_frame_with_as_many_mappings_as_can_be_counted_is_mapped_no_more") {
    struct exo_frame *f = any_free();
    const uint64_t entry = exo_frame_number(f) * PAGE_SIZE | DATA;
    const uint64_t ways[] = {0, env_current->seen->id};
    CHECK_THAT(c, update(0, (struct exo_pages){HERE | EXO_FRESH, entry, 1}) == 1);
    for (unsigned way = 0; way < 2; way++) {
        f->references = UINT32_MAX;
        CHECK_THAT(c, update(ways[way], (struct exo_pages){HERE + PAGE_SIZE, entry, 1}) == -E_FULL);
        CHECK_THAT(c, f->references == UINT32_MAX && f->writers == 1);
        f->references = UINT32_MAX - 1;
        CHECK_THAT(c, update(ways[way], (struct exo_pages){HERE + PAGE_SIZE, entry, 1}) == 1);
        CHECK_THAT(c, f->references == UINT32_MAX);
        CHECK_THAT(c, update(ways[way], (struct exo_pages){HERE + PAGE_SIZE, 0, 1}) == 1);
        CHECK_THAT(c, f->references == UINT32_MAX - 1);
    }
    f->references = 1;
    CHECK_THAT(c, update(0, (struct exo_pages){HERE, 0, 1}) == 1 && !f->references);
}
