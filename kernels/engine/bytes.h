/* SPDX-License-Identifier: MIT */
/* bytes.h -- a stretch of bytes that nobody vouches for, little-endian and perhaps misaligned.
 * A reader calls bytes_has first; the readers themselves do not check again. */
#ifndef ENGINE_BYTES_H
#define ENGINE_BYTES_H

#include "engine/assert.h"

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
    ENGINE_ASSERT(bytes_has(b, offset, n), "%llu bytes at %llu of %zu", (unsigned long long)n,
                  (unsigned long long)offset, b.len);
    return (struct bytes){b.at + offset, n};
}

/* Reads a number of the type's size; the machine is little-endian as the bytes are. */
#define BYTES_READER(name, type)                                                                   \
    static inline type name(struct bytes b, uint64_t offset) {                                     \
        type value;                                                                                \
        ENGINE_ASSERT(bytes_has(b, offset, sizeof value), #type " at %llu of %zu",                 \
                      (unsigned long long)offset, b.len);                                          \
        __builtin_memcpy(&value, b.at + offset, sizeof value);                                     \
        return value;                                                                              \
    }
BYTES_READER(bytes_u16, uint16_t)
BYTES_READER(bytes_u32, uint32_t)
BYTES_READER(bytes_u64, uint64_t)
#undef BYTES_READER
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bytes are read as they lie");

/* The string at offset if it ends, by a NUL, inside b and within max characters; else null. */
static inline const char *bytes_string(struct bytes b, uint64_t offset, size_t max) {
    for (uint64_t i = offset; i < b.len && i - offset <= max; i++)
        if (!b.at[i])
            return (const char *)b.at + offset;
    return NULL;
}

#endif
