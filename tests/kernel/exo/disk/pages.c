/* SPDX-License-Identifier: MIT */
/* pages.c -- see disk.h. */
#include "disk.h"

#include "exo/libos/frames.h"

bool disk_begin(struct check *c) {
    slice_handle();
    if (!env_info()->disks)
        check_skip(c, "the machine has no disk");
    else if (frames_map(0, 0, 0, PAGES_AT, PAGES, EXO_WRITE | EXO_NO_EXEC))
        check_skip(c, "the machine has too little memory");
    exo_disk_latency(0, LATENCY);
    return !c->skipped;
}

void disk_drain(unsigned disk) {
    long error;
    while ((error = exo_disk_wait(disk)) != -E_NOT_FOUND)
        if (error == -E_AGAIN)
            exo_env_yield(0);
}

void disk_end(void) {
    const struct exo_pages every = {PAGES_AT, 0, PAGES};
    for (unsigned d = 0; d < env_info()->disks; d++)
        disk_drain(d);
    exo_disk_latency(0, 0);
    exo_page_update(0, 0, 0, &every, 1, 0);
    exo_cap_forge(0, HELD, none);
    exo_cap_forge(0, OTHER, none);
}

void fill(unsigned n, uint64_t seed) {
    for (unsigned i = 0; i < PAGE / 8; i++)
        page(n)[i] = seed * 1000003 + i;
}

bool holds(unsigned n, uint64_t seed) {
    for (unsigned i = 0; i < PAGE / 8; i++)
        if (page(n)[i] != seed * 1000003 + i)
            return false;
    return true;
}

long ask(enum exo_disk_operation operation, uint64_t block, unsigned n, unsigned slot) {
    *word(n) = 0;
    return exo_disk_request(EXO_DISK_HOW(operation, 0, slot, 0), (uint32_t)block, 1,
                            frame_at(page(n)), word_at(word(n)));
}

long run(enum exo_disk_operation operation, uint64_t block, unsigned n) {
    long error = ask(operation, block, n, 0);
    return error ? error : disk_await(0, word(n));
}
