/* SPDX-License-Identifier: MIT */
/* wire.h -- numbers as networks write them: the most significant byte first, at any address. */
#ifndef PROTOCOL_WIRE_H
#define PROTOCOL_WIRE_H

#include <stdint.h>

/* Numbers as they lie in memory, at any address. */
#ifdef __BPF__
/* Verified code may load and store at any address; its compilers think not, and would do it byte by
 * byte. */
typedef uint16_t __attribute__((may_alias)) wire16;
typedef uint32_t __attribute__((may_alias)) wire32;
typedef uint64_t __attribute__((may_alias)) wire64;
#else
typedef uint16_t __attribute__((may_alias, aligned(1))) wire16;
typedef uint32_t __attribute__((may_alias, aligned(1))) wire32;
typedef uint64_t __attribute__((may_alias, aligned(1))) wire64;
#endif

static inline uint16_t wire_load16(const uint8_t *at) {
    return *(const wire16 *)at;
}

static inline uint32_t wire_load32(const uint8_t *at) {
    return *(const wire32 *)at;
}

static inline uint64_t wire_load64(const uint8_t *at) {
    return *(const wire64 *)at;
}

/* GCC knows this instruction, and calls a function in its place. */
#if defined(__BPF__) && !defined(__clang__)
static inline uint32_t wire_swap16(uint32_t value) {
    uint64_t swapped = value;
    __asm__("endbe %0, 16" : "+r"(swapped));
    return (uint32_t)swapped;
}

static inline uint32_t wire_swap32(uint32_t value) {
    uint64_t swapped = value;
    __asm__("endbe %0, 32" : "+r"(swapped));
    return (uint32_t)swapped;
}
#else
static inline uint32_t wire_swap16(uint32_t value) {
    return __builtin_bswap16((uint16_t)value);
}

static inline uint32_t wire_swap32(uint32_t value) {
    return __builtin_bswap32(value);
}
#endif

static inline uint32_t wire_get16(const uint8_t *at) {
    return wire_swap16(wire_load16(at));
}

static inline uint32_t wire_get32(const uint8_t *at) {
    return wire_swap32(wire_load32(at));
}

static inline void wire_put16(uint8_t *at, uint32_t value) {
    *(wire16 *)at = (uint16_t)wire_swap16(value);
}

static inline void wire_put32(uint8_t *at, uint32_t value) {
    *(wire32 *)at = wire_swap32(value);
}

#endif
