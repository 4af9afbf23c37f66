/* SPDX-License-Identifier: MIT */
/* Sums of bytes, eight at a time: the carry out of 64 bits is one of 16 as well (RFC 1071,
 * 2 (C)). */
#include "checksum.h"
#include "wire.h"

/* Words of a round, each added by an instruction of four bytes: none has the displacement 0, which
 * would make it shorter, nor a register that would make it longer. */
#define ROUND   32u
#define MIDDLE  124
#define ADD(at) "adcq " #at "(%1), %0\n\t"
/* clang-format off */
#define ADDS                                                                                       \
    ADD(-124) ADD(-116) ADD(-108) ADD(-100) ADD(-92) ADD(-84) ADD(-76) ADD(-68)                    \
    ADD(-60) ADD(-52) ADD(-44) ADD(-36) ADD(-28) ADD(-20) ADD(-12) ADD(-4)                         \
    ADD(4) ADD(12) ADD(20) ADD(28) ADD(36) ADD(44) ADD(52) ADD(60)                                 \
    ADD(68) ADD(76) ADD(84) ADD(92) ADD(100) ADD(108) ADD(116) ADD(124)
/* clang-format on */

uint64_t sum_bytes(const void *bytes, uint32_t n) {
    const uint8_t *at = bytes;
    uint64_t sum = 0;
#ifdef __x86_64__
    /* A load that adds with the carry of the one before: an instruction for eight bytes. The carry
     * goes from one round to the next: what counts them leaves it alone. The first round is entered
     * late, so that all others are whole. */
    const uint32_t words = n / 8, skipped = -words % ROUND;
    if (words) {
        uint64_t rounds = (words + ROUND - 1) / ROUND, entry = skipped;
        uint64_t from = (uint64_t)at + MIDDLE - (uint64_t)8 * skipped;
        __asm__("leaq 1f(%%rip), %0\n\tleaq (%0, %3, 4), %3\n\txorl %k0, %k0\n\tjmp *%3\n"
                "1:\n\t" ADDS "leaq 256(%1), %1\n\tdecq %2\n\tjnz 1b\n\tadcq $0, %0"
                : "=&r"(sum), "+S"(from), "+r"(rounds), "+r"(entry)
                :
                : "cc", "memory");
        at += (uint64_t)words * 8;
        n %= 8;
    }
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
