/* SPDX-License-Identifier: MIT */
/* lengths.c -- see lengths.h. */
#include "lengths.h"

#include "lib/string.h"

#define REGISTERS(dst, src) ((dst) | (src) << 4)

enum { GROUP = 8, TURNS = 4 };

/* The offset of the load is filled in: each group reads another word of the context. */
static const struct slot straight[GROUP] = {
    {0x61, REGISTERS(3, 1), 0, 0},   /* r3 = *(u32 *)(r1 + ...) */
    {0x0f, REGISTERS(0, 3), 0, 0},   /* r0 += r3 */
    {0x7b, REGISTERS(10, 0), -8, 0}, /* *(u64 *)(r10 - 8) = r0 */
    {0x79, REGISTERS(4, 10), -8, 0}, /* r4 = *(u64 *)(r10 - 8) */
    {0x77, REGISTERS(4, 0), 0, 7},   /* r4 >>= 7 */
    {0x57, REGISTERS(4, 0), 0, 255}, /* r4 &= 255 */
    {0xaf, REGISTERS(0, 4), 0, 0},   /* r0 ^= r4 */
    {0x27, REGISTERS(0, 0), 0, 31},  /* r0 *= 31 */
};
static const struct slot loopy[GROUP] = {
    {0xb7, REGISTERS(2, 0), 0, TURNS}, /* r2 = TURNS */
    {0x61, REGISTERS(3, 1), 0, 0},     /* again: r3 = *(u32 *)(r1 + ...) */
    {0x0f, REGISTERS(0, 3), 0, 0},     /* r0 += r3 */
    {0x57, REGISTERS(3, 0), 0, 255},   /* r3 &= 255 */
    {0xaf, REGISTERS(0, 3), 0, 0},     /* r0 ^= r3 */
    {0x27, REGISTERS(0, 0), 0, 31},    /* r0 *= 31 */
    {0x17, REGISTERS(2, 0), 0, 1},     /* r2 -= 1 */
    {0x55, REGISTERS(2, 0), -7, 0},    /* if r2 != 0 goto again */
};
static const struct slot first = {0xb7, REGISTERS(0, 0), 0, 0};  /* r0 = 0 */
static const struct slot filler = {0x07, REGISTERS(0, 0), 0, 1}; /* r0 += 1 */
static const struct slot last = {0x95, 0, 0, 0};                 /* exit */

static void group_write(struct slot *into, const struct slot *group, uint32_t number) {
    for (unsigned i = 0; i < GROUP; i++) {
        into[i] = group[i];
        if (into[i].code == 0x61)
            into[i].offset = (int16_t)(number % (LENGTH_CONTEXT / 4) * 4);
    }
}

void length_program(struct slot *into, uint32_t length, enum length_shape shape) {
    const uint32_t groups = (length - 2) / GROUP;
    struct slot *at = into;
    *at++ = first;
    for (uint32_t i = 0; i < groups; i++, at += GROUP)
        group_write(at, shape == LENGTH_LOOPY ? loopy : straight, i);
    while (at < into + length - 1)
        *at++ = filler;
    *at = last;
}

/* A loop as long as the program, of many more iterations than there are steps. The shifts are by
 * numbers that are not known, of 32 bits: their sets are worked out in all views. */
void length_worst(struct slot *into) {
    static const struct slot head[] = {
        {0x71, REGISTERS(3, 1), 0, 0}, /* r3 = *(u8 *)(r1 + 0) */
        {0xb7, REGISTERS(7, 0), 0, 0}, /* r7 = 0 */
    };
    static const struct slot load = {0x61, REGISTERS(4, 1), 0, 0};  /* r4 = *(u32 *)(r1 + 0) */
    static const struct slot shift = {0x6c, REGISTERS(4, 3), 0, 0}; /* w4 <<= w3 */
    enum { HEAD = sizeof head / sizeof *head, TAIL = 5, BODY = 7 };
    const struct slot tail[TAIL] = {
        {0x07, REGISTERS(7, 0), 0, 1},                         /* r7 += 1 */
        {0x15, REGISTERS(7, 0), 1, INT32_MAX},                 /* if r7 == INT32_MAX goto +1 */
        {0x06, 0, 0, HEAD - (int32_t)(LENGTH_MAX - TAIL + 3)}, /* gotol, behind the head */
        {0xb7, REGISTERS(0, 0), 0, 0},                         /* r0 = 0 */
        last,
    };
    memcpy(into, head, sizeof head);
    for (uint32_t i = HEAD; i < LENGTH_MAX - TAIL; i++)
        into[i] = (i - HEAD) % BODY ? shift : load;
    memcpy(into + LENGTH_MAX - TAIL, tail, sizeof tail);
}
