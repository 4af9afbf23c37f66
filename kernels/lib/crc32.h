/* SPDX-License-Identifier: MIT */
/* crc32.h -- CRC-32 of IEEE 802.3, the same as zlib's crc32(). */
#ifndef LIB_CRC32_H
#define LIB_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The CRC of `bytes` after what gave `crc`; start with 0. */
uint32_t crc32_update(uint32_t crc, const void *bytes, size_t n);

#endif
