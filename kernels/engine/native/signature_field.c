/* SPDX-License-Identifier: MIT */
/* signature_field.c -- see signature_field.h. 2^255 is 19 modulo p: what a carry pushes out of the
 * highest limb comes back, times 19, into the lowest. */
#include "engine/native/signature_field.h"

#include "engine/assert.h"
#include "lib/string.h"

#define LIMB_BITS 51
#define LIMB_MASK (((uint64_t)1 << LIMB_BITS) - 1)

typedef unsigned __int128 wide;

const struct field field_zero = {{0}}, field_one = {{1}};

/* Brings sums below 2^112 back to limbs. */
static void carry(struct field *r, const wide sum[FIELD_LIMBS]) {
    wide over = 0;
    for (unsigned i = 0; i < FIELD_LIMBS; i++) {
        over += sum[i];
        r->limb[i] = (uint64_t)over & LIMB_MASK;
        over >>= LIMB_BITS;
    }
    over = over * 19 + r->limb[0];
    r->limb[0] = (uint64_t)over & LIMB_MASK;
    r->limb[1] += (uint64_t)(over >> LIMB_BITS);
    ENGINE_ASSERT(r->limb[1] <= 2 * LIMB_MASK, "limb 1 is %llx", (unsigned long long)r->limb[1]);
}

void field_from_bytes(struct field *r, const uint8_t bytes[FIELD_BYTES]) {
    *r = field_zero;
    for (unsigned bit = 0; bit < FIELD_LIMBS * LIMB_BITS; bit++)
        r->limb[bit / LIMB_BITS] |= (uint64_t)(bytes[bit / 8] >> bit % 8 & 1) << bit % LIMB_BITS;
}

void field_to_bytes(const struct field *a, uint8_t bytes[FIELD_BYTES]) {
    /* a is below 2p, so p is to be taken away once or not at all: once if a + 19 reaches 2^255. */
    uint64_t over = 19, limb = 0;
    for (unsigned i = 0; i < FIELD_LIMBS; i++)
        over = (a->limb[i] + over) >> LIMB_BITS;
    ENGINE_ASSERT(over <= 1, "p is contained %llu times", (unsigned long long)over);
    over *= 19;
    memset(bytes, 0, FIELD_BYTES);
    for (unsigned bit = 0; bit < FIELD_LIMBS * LIMB_BITS; bit++) {
        if (bit % LIMB_BITS == 0) {
            over += a->limb[bit / LIMB_BITS];
            limb = over & LIMB_MASK;
            over >>= LIMB_BITS;
        }
        bytes[bit / 8] |= (uint8_t)((limb >> bit % LIMB_BITS & 1) << bit % 8);
    }
}

void field_add(struct field *r, const struct field *a, const struct field *b) {
    wide sum[FIELD_LIMBS];
    for (unsigned i = 0; i < FIELD_LIMBS; i++)
        sum[i] = a->limb[i] + b->limb[i];
    carry(r, sum);
}

void field_subtract(struct field *r, const struct field *a, const struct field *b) {
    wide sum[FIELD_LIMBS];
    /* 4p is added, whose limbs are larger than any of b's. */
    for (unsigned i = 0; i < FIELD_LIMBS; i++)
        sum[i] = a->limb[i] + 4 * (i ? LIMB_MASK : LIMB_MASK - 18) - b->limb[i];
    carry(r, sum);
}

void field_multiply(struct field *r, const struct field *a, const struct field *b) {
    wide sum[FIELD_LIMBS] = {0};
    for (unsigned i = 0; i < FIELD_LIMBS; i++)
        for (unsigned j = 0; j < FIELD_LIMBS; j++)
            sum[(i + j) % FIELD_LIMBS] +=
                (wide)a->limb[i] * (i + j < FIELD_LIMBS ? b->limb[j] : 19 * b->limb[j]);
    carry(r, sum);
}

void field_power(struct field *r, const struct field *a, const uint8_t exponent[FIELD_BYTES]) {
    *r = field_one;
    for (unsigned bit = 8 * FIELD_BYTES; bit-- > 0;) {
        field_multiply(r, r, r);
        if (exponent[bit / 8] >> bit % 8 & 1)
            field_multiply(r, r, a);
    }
}

bool field_equal(const struct field *a, const struct field *b) {
    uint8_t of_a[FIELD_BYTES], of_b[FIELD_BYTES];
    field_to_bytes(a, of_a);
    field_to_bytes(b, of_b);
    return memcmp(of_a, of_b, FIELD_BYTES) == 0;
}

bool field_is_odd(const struct field *a) {
    uint8_t bytes[FIELD_BYTES];
    field_to_bytes(a, bytes);
    return bytes[0] & 1;
}
