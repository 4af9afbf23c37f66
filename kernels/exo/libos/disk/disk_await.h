/* SPDX-License-Identifier: MIT */
/* disk_await.h -- a request to a disk by its blocks, and its end. */
#ifndef EXO_LIBOS_DISK_AWAIT_H
#define EXO_LIBOS_DISK_AWAIT_H

#include "exo/libos/exposed.h"
#include "exo/libos/stubs.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

/* The number of the frame that is mapped at this address of one's own. */
static inline uint64_t frame_at(const volatile void *at) {
    return (exposed_entry((uint64_t)at) & EXO_FRAME_OF) >> 12;
}

/* The physical address of a word of one's own, as requests name it. */
static inline uint64_t word_at(const volatile uint64_t *word) {
    return frame_at(word) << 12 | ((uint64_t)word & 4095);
}

/* Waits until the word is told: the processor halts, or others have it where their slices end. What
 * it was told (enum exo_disk_end); -E_NOT_FOUND: the disk has nothing that could tell it. */
static inline long disk_await(unsigned disk, const volatile uint64_t *word) {
    while (!*word) {
        long error = exo_disk_wait(disk);
        if (error == -E_NOT_FOUND && !*word)
            return error;
        if (error == -E_AGAIN)
            exo_env_yield(0);
    }
    return (long)*word;
}

#endif
