/* SPDX-License-Identifier: MIT */
/* signature_point.c -- RFC 8032, sections 5.1.2 to 5.1.4; the names are the RFC's. The curve is
 * -x^2 + y^2 = 1 + d x^2 y^2. */
#include "engine/native/signature_point.h"

#include "lib/string.h"

/* d = -121665/121666 */
static const uint8_t d_bytes[FIELD_BYTES] = {
    0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00,
    0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52};
/* The square root of -1 that is 2^((p-1)/4). */
static const uint8_t root_bytes[FIELD_BYTES] = {
    0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f,
    0xa7, 0xd7, 0xfb, 0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b};

const struct point point_zero = {.Y = {{1}}, .Z = {{1}}};

void point_add(struct point *r, const struct point *a, const struct point *b) {
    struct field A, B, C, D, E, F, G, H;
    field_subtract(&A, &a->Y, &a->X);
    field_subtract(&B, &b->Y, &b->X);
    field_multiply(&A, &A, &B);
    field_add(&B, &a->Y, &a->X);
    field_add(&C, &b->Y, &b->X);
    field_multiply(&B, &B, &C);
    field_from_bytes(&C, d_bytes);
    field_multiply(&C, &C, &a->T);
    field_multiply(&C, &C, &b->T);
    field_add(&C, &C, &C);
    field_multiply(&D, &a->Z, &b->Z);
    field_add(&D, &D, &D);
    field_subtract(&E, &B, &A);
    field_subtract(&F, &D, &C);
    field_add(&G, &D, &C);
    field_add(&H, &B, &A);
    field_multiply(&r->X, &E, &F);
    field_multiply(&r->Y, &G, &H);
    field_multiply(&r->Z, &F, &G);
    field_multiply(&r->T, &E, &H);
}

static void negate(struct field *a) {
    field_subtract(a, &field_zero, a);
}

void point_negate(struct point *a) {
    negate(&a->X);
    negate(&a->T);
}

/* *r = a to the power of the number whose bytes are these: lowest, then 30 of 255, then highest. */
static void power(struct field *r, const struct field *a, uint8_t lowest, uint8_t highest) {
    uint8_t exponent[FIELD_BYTES];
    memset(exponent, 0xff, sizeof exponent);
    exponent[0] = lowest;
    exponent[FIELD_BYTES - 1] = highest;
    field_power(r, a, exponent);
}

/* The square root of u/v, either of the two. False when there is none. */
static bool root_of_ratio(struct field *x, struct field *u, const struct field *v) {
    struct field v3, uv3, uv7, vxx, root;
    field_multiply(&v3, v, v);
    field_multiply(&v3, &v3, v);
    field_multiply(&uv3, u, &v3);
    field_multiply(&uv7, &uv3, &v3);
    field_multiply(&uv7, &uv7, v);
    power(x, &uv7, 0xfd, 0x0f); /* (p - 5) / 8 */
    field_multiply(x, x, &uv3);
    field_multiply(&vxx, x, x);
    field_multiply(&vxx, &vxx, v);
    if (field_equal(&vxx, u))
        return true;
    field_from_bytes(&root, root_bytes);
    field_multiply(x, x, &root);
    negate(u);
    return field_equal(&vxx, u);
}

bool point_decode(struct point *a, const uint8_t bytes[POINT_BYTES]) {
    struct field u, v;
    field_from_bytes(&a->Y, bytes);
    a->Z = field_one;
    field_multiply(&u, &a->Y, &a->Y);
    field_from_bytes(&v, d_bytes);
    field_multiply(&v, &v, &u);
    field_add(&v, &v, &field_one);
    field_subtract(&u, &u, &field_one);
    if (!root_of_ratio(&a->X, &u, &v))
        return false;
    if (field_is_odd(&a->X) != bytes[POINT_BYTES - 1] >> 7)
        negate(&a->X);
    field_multiply(&a->T, &a->X, &a->Y);
    /* y not below p, or "minus zero" for x: the point would be written otherwise. */
    uint8_t again[POINT_BYTES];
    point_encode(a, again);
    return memcmp(again, bytes, POINT_BYTES) == 0;
}

void point_encode(const struct point *a, uint8_t bytes[POINT_BYTES]) {
    struct field inverse, affine;
    power(&inverse, &a->Z, 0xeb, 0x7f); /* p - 2: Fermat */
    field_multiply(&affine, &a->Y, &inverse);
    field_to_bytes(&affine, bytes);
    field_multiply(&affine, &a->X, &inverse);
    bytes[POINT_BYTES - 1] |= (uint8_t)(field_is_odd(&affine) << 7);
}

bool point_is_small(const struct point *a) {
    struct point eight = *a;
    for (unsigned i = 0; i < 3; i++)
        point_add(&eight, &eight, &eight);
    return field_equal(&eight.X, &field_zero) && field_equal(&eight.Y, &eight.Z);
}
