/* SPDX-License-Identifier: MIT */
/* ring_memory.c -- a ring without memory for it, from inside the kernel: it is refused, the one
 * before stays, and the books are as before. */
#include "exo/kernel/env/env.h"
#include "exo/kernel/env/ring.h"
#include "exo/kernel/ring_calls.h"
#include "exo/kernel/memory/info.h"
#include "exo/kernel/memory/pages.h"
#include "lib/error.h"
#include "machine/memory/frame.h"
#include "machine/memory/heap.h"
#include "measure/bench.h"

#define AT 0x500000000000ul

static long map(uint64_t entry) {
    const struct exo_pages p = {AT, entry, 1};
    long work = 100000;
    return pages_update(&env_current->space, env_current->cap[0], &p, 0, &work);
}

/* A frame that nobody has. */
static uint64_t free_frame(void) {
    for (uint64_t n = info.frame_count; n-- > 0;) {
        const struct exo_frame *f = exo_frame_at(n);
        if (f && !f->references)
            return n;
    }
    return 0;
}

static long set(uint64_t pages) {
    const uint64_t anybody = 0xf; /* the capability with the empty name */
    return sys_ring_set(0, AT, pages, anybody);
}

static long set_without_quota(void) {
    struct exo_env *seen = env_current->seen;
    uint32_t most = seen->kernel_most;
    seen->kernel_most = seen->kernel;
    long error = set(1);
    seen->kernel_most = most;
    return error;
}

/* All that the heap has left is taken: a piece begins with the address of the one before. */
static long set_without_memory(void) {
    const size_t piece = 128; /* a ring is smaller, and not by half */
    void **taken = NULL, **next;
    frame_withhold(0);
    while ((next = heap_alloc(piece))) {
        *next = taken;
        taken = next;
    }
    long error = set(1);
    while (taken) {
        next = *taken;
        heap_free(taken, piece);
        taken = next;
    }
    frame_withhold_end();
    return error;
}

CHECK(ring_memory, "ring/one_that_there_is_no_memory_for_is_refused_and_the_one_before_stays") {
    struct env *e = env_current;
    uint64_t frame = free_frame();
    CHECK_THAT(c, map(frame * PAGE_SIZE | EXO_PRESENT | EXO_WRITE | EXO_NO_EXEC) == 1);
    struct exo_frame *f = exo_frame_at(frame);
    CHECK_THAT(c, set(1) == 0 && f->pins == 1);
    const struct ring *before = ring_of[e - envs];
    const uint32_t kernel = e->seen->kernel;
    const size_t heap = heap_used();
    CHECK_THAT(c, set_without_quota() == -E_QUOTA && set_without_memory() == -E_NO_MEMORY);
    const uint32_t references = f->references;
    f->references = UINT32_MAX; /* as many as can be counted */
    CHECK_THAT(c, set(1) == -E_FULL && f->references == UINT32_MAX);
    f->references = references;
    CHECK_THAT(c, f->pins == 1 && e->seen->kernel == kernel && heap_used() == heap);
    CHECK_THAT(c, ring_of[e - envs] == before);
    CHECK_THAT(c, set(0) == 0 && f->pins == 0 && e->seen->kernel == kernel - 1);
    map(0);
    CHECK_THAT(c, f->references == 0);
}
