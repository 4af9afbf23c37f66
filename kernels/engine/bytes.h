/* SPDX-License-Identifier: MIT */
/* bytes.h -- a stretch of bytes that nobody vouches for, little-endian and perhaps misaligned.
 * Whoever reads asks bytes_has first; the readers themselves do not check again. */
#ifndef ENGINE_BYTES_H
#define ENGINE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *at;
    size_t len;
};

/* Do n bytes from offset lie inside? No sum is formed that could wrap. */
static inline bool bytes_has(struct bytes b, uint64_t offset, uint64_t n) {
    return offset <= b.len && n <= b.len - offset;
}

/* The n bytes from offset, which lie inside. */
static inline struct bytes bytes_cut(struct bytes b, uint64_t offset, uint64_t n) {
    return (struct bytes){b.at + offset, n};
}

static inline uint16_t bytes_u16(struct bytes b, uint64_t offset) {
    const uint8_t *p = b.at + offset;
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t bytes_u32(struct bytes b, uint64_t offset) {
    return bytes_u16(b, offset) | (uint32_t)bytes_u16(b, offset + 2) << 16;
}

static inline uint64_t bytes_u64(struct bytes b, uint64_t offset) {
    return bytes_u32(b, offset) | (uint64_t)bytes_u32(b, offset + 4) << 32;
}

/* The string at offset if it ends, by a NUL, inside b and within max characters; else null. */
static inline const char *bytes_string(struct bytes b, uint64_t offset, size_t max) {
    for (uint64_t i = offset; i < b.len && i - offset <= max; i++)
        if (!b.at[i])
            return (const char *)b.at + offset;
    return NULL;
}

#endif
