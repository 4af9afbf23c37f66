/* SPDX-License-Identifier: MIT */
/* entropy.c -- see entropy.h. */
#include "machine/cpu/entropy.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/cpu.h"
#include "machine/cpu/x86.h"

static bool word(uint64_t *w) {
    for (unsigned left = ENTROPY_TRIES; left; left--)
        if (rdrand(w))
            return true;
    return false;
}

int entropy_bytes(void *bytes, size_t n) {
    uint8_t *to = bytes;
    for (size_t at = 0; at < n; at += sizeof(uint64_t)) {
        uint64_t w;
        if (!cpu_features.rdrand || !word(&w)) {
            memset(bytes, 0, n);
            return -E_NOT_FOUND;
        }
        memcpy(to + at, &w, n - at < sizeof w ? n - at : sizeof w);
    }
    return 0;
}
