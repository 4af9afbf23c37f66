/* SPDX-License-Identifier: MIT */
/* example_pages.c -- step 2: pages. Which frame, and at which address, is this library's choice;
 * the kernel says whether it may. */
#include "exo/libos/example/example.h"

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"

/* The lowest frame that the kernel's bits show as free; 0: none. */
static uint64_t frame_pick(void) {
    const volatile uint64_t *free = (const volatile uint64_t *)EXO_FREE;
    for (uint64_t word = 0; word < env_info()->frame_count / 64; word++)
        if (free[word])
            return word * 64 + (uint64_t)__builtin_ctzl(free[word]);
    return 0;
}

long page_map(uint64_t env, uint64_t at, uint64_t bits) {
    for (;;) {
        uint64_t frame = frame_pick();
        if (!frame)
            return -E_NO_MEMORY;
        const struct exo_pages one = {at | EXO_ZEROED, frame << 12 | bits | EXO_PRESENT, 1};
        long done = exo_page_update(KEY, env, KEY, &one, 1, 0);
        if (done != -E_EXISTS) /* else somebody was faster: the next one */
            return done < 0 ? done : 0;
    }
}

long page_share(uint64_t at, uint64_t env, uint64_t there, uint64_t bits) {
    uint64_t frame = exposed_entry(at) & EXO_FRAME_OF;
    const struct exo_pages one = {there, frame | bits | EXO_PRESENT, 1};
    long done = exo_page_update(KEY, env, KEY, &one, 1, 0);
    return done < 0 ? done : 0;
}
