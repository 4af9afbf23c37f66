/* SPDX-License-Identifier: MIT */
/* guarded.h -- messages that end where their memory does, at a page that nothing is mapped in: code
 * that was made while it runs is not instrumented, and traps there if it reads a byte too far. */
#ifndef TESTS_DPF_GUARDED_H
#define TESTS_DPF_GUARDED_H

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define GUARDED_PAGE 4096

/* A copy of at most a page, which stays until the next call. */
static inline uint8_t *guarded(const void *message, uint32_t bytes) {
    static uint8_t *page;
    if (!page) {
        page = mmap(NULL, 2 * GUARDED_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0);
        mprotect(page + GUARDED_PAGE, GUARDED_PAGE, PROT_NONE);
    }
    return memcpy(page + GUARDED_PAGE - bytes, message, bytes);
}

#endif
