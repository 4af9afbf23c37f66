/* SPDX-License-Identifier: MIT */
/* Sums of bytes, eight at a time: the carry out of 64 bits is one of 16 as well (RFC 1071,
 * 2 (C)). */
#include "checksum.h"
#include "wire.h"

uint64_t sum_bytes(const void *bytes, uint32_t n) {
    const uint8_t *at = bytes;
    uint64_t sum = 0;
#ifdef __x86_64__
    /* A load that adds with the carry of the one before: an instruction for eight bytes. The carry
     * goes from one round to the next: what counts them leaves it alone. */
    uint64_t rounds = n / 128;
    if (rounds) {
        __asm__("clc\n"
                "1:\tadcq (%1), %0\n\tadcq 8(%1), %0\n\tadcq 16(%1), %0\n\tadcq 24(%1), %0\n\t"
                "adcq 32(%1), %0\n\tadcq 40(%1), %0\n\tadcq 48(%1), %0\n\tadcq 56(%1), %0\n\t"
                "adcq 64(%1), %0\n\tadcq 72(%1), %0\n\tadcq 80(%1), %0\n\tadcq 88(%1), %0\n\t"
                "adcq 96(%1), %0\n\tadcq 104(%1), %0\n\tadcq 112(%1), %0\n\tadcq 120(%1), %0\n\t"
                "leaq 128(%1), %1\n\tdecq %2\n\tjnz 1b\n\tadcq $0, %0"
                : "+r"(sum), "+r"(at), "+r"(rounds)
                :
                : "cc", "memory");
        n %= 128;
    }
    for (; n >= 32; n -= 32, at += 32)
        __asm__("addq (%1), %0\n\tadcq 8(%1), %0\n\tadcq 16(%1), %0\n\tadcq 24(%1), %0\n\t"
                "adcq $0, %0"
                : "+r"(sum)
                : "r"(at), "m"(*(const uint8_t(*)[32])at)
                : "cc");
#endif
    for (; n >= 8; n -= 8, at += 8)
        sum = sum_join(sum, wire_load64(at));
    uint64_t rest = 0;
    uint32_t shift = 0;
    if (n & 4) {
        rest = wire_load32(at);
        at += 4;
        shift = 32;
    }
    if (n & 2) {
        rest |= (uint64_t)wire_load16(at) << shift;
        at += 2;
        shift += 16;
    }
    if (n & 1)
        rest |= (uint64_t)*at << shift;
    return sum_join(sum, rest);
}

uint16_t sum_update(uint16_t field, uint16_t old, uint16_t new) {
    return sum_end((uint64_t)(uint16_t)~field + (uint16_t)~old + new);
}
