/* SPDX-License-Identifier: MIT */
/* crc32.c -- four bits at a time from a table of sixteen: small, and fast enough for a
 * serial line. */
#include "lib/crc32.h"

/* The CRC of each half byte, reflected polynomial 0xedb88320. */
static const uint32_t nibble[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t crc32_update(uint32_t crc, const void *bytes, size_t n) {
    crc = ~crc;
    for (const uint8_t *p = bytes; n; n--, p++) {
        crc = crc >> 4 ^ nibble[(crc ^ *p) & 15];
        crc = crc >> 4 ^ nibble[(crc ^ *p >> 4) & 15];
    }
    return ~crc;
}
