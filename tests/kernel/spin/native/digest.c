/* SPDX-License-Identifier: MIT */
/* digest.c -- native code, to be signed: it calls and reads what the public domain exports, and
 * reads where it is told to. */
#include "lib/crc32.h"

extern uint32_t extension_count;

uint64_t digest(const uint8_t *at, uint64_t n);
uint64_t digest(const uint8_t *at, uint64_t n) {
    uint64_t first = at[0];
    return first << 32 | (crc32_update(0, at, n) + extension_count);
}
