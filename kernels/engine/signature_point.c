/* SPDX-License-Identifier: MIT */
/* signature_point.c -- RFC 8032, sections 5.1.2 to 5.1.4; the names are the RFC's. The curve is
 * -x^2 + y^2 = 1 + d x^2 y^2. */
#include "engine/signature_point.h"

#include "lib/string.h"

/* d = -121665/121666 */
static const uint8_t d_bytes[FIELD_BYTES] = {
    0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00,
    0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52};
/* The square root of -1 that is 2^((p-1)/4). */
static const uint8_t root_bytes[FIELD_BYTES] = {
    0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f,
    0xa7, 0xd7, 0xfb, 0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b};

struct point point_zero(void) {
    return (struct point){FIELD_ZERO, FIELD_ONE, FIELD_ONE, FIELD_ZERO};
}

struct point point_add(struct point a, struct point b) {
    struct field A = field_multiply(field_subtract(a.Y, a.X), field_subtract(b.Y, b.X));
    struct field B = field_multiply(field_add(a.Y, a.X), field_add(b.Y, b.X));
    struct field dT = field_multiply(field_multiply(a.T, field_from_bytes(d_bytes)), b.T);
    struct field C = field_add(dT, dT);
    struct field ZZ = field_multiply(a.Z, b.Z);
    struct field D = field_add(ZZ, ZZ);
    struct field E = field_subtract(B, A), F = field_subtract(D, C);
    struct field G = field_add(D, C), H = field_add(B, A);
    return (struct point){field_multiply(E, F), field_multiply(G, H), field_multiply(F, G),
                          field_multiply(E, H)};
}

struct point point_negate(struct point a) {
    a.X = field_subtract(FIELD_ZERO, a.X);
    a.T = field_subtract(FIELD_ZERO, a.T);
    return a;
}

/* The square root of u/v, either of the two. False when there is none. */
static bool root_of_ratio(struct field *root, struct field u, struct field v) {
    uint8_t exponent[FIELD_BYTES]; /* (p - 5) / 8 */
    memset(exponent, 0xff, sizeof exponent);
    exponent[0] = 0xfd;
    exponent[FIELD_BYTES - 1] = 0x0f;
    struct field v3 = field_multiply(field_multiply(v, v), v);
    struct field uv7 = field_multiply(field_multiply(u, field_multiply(v3, v3)), v);
    struct field x = field_multiply(field_multiply(u, v3), field_power(uv7, exponent));
    struct field vxx = field_multiply(v, field_multiply(x, x));
    *root = x;
    if (field_equal(vxx, u))
        return true;
    *root = field_multiply(x, field_from_bytes(root_bytes));
    return field_equal(vxx, field_subtract(FIELD_ZERO, u));
}

bool point_decode(struct point *a, const uint8_t bytes[POINT_BYTES]) {
    bool odd = bytes[POINT_BYTES - 1] >> 7;
    struct field y = field_from_bytes(bytes), x;
    struct field yy = field_multiply(y, y);
    struct field v = field_add(field_multiply(field_from_bytes(d_bytes), yy), FIELD_ONE);
    if (!root_of_ratio(&x, field_subtract(yy, FIELD_ONE), v))
        return false;
    if (field_is_odd(x) != odd)
        x = field_subtract(FIELD_ZERO, x);
    *a = (struct point){x, y, FIELD_ONE, field_multiply(x, y)};
    /* y not below p, or "minus zero" for x: the point would be written otherwise. */
    uint8_t again[POINT_BYTES];
    point_encode(*a, again);
    return memcmp(again, bytes, POINT_BYTES) == 0;
}

void point_encode(struct point a, uint8_t bytes[POINT_BYTES]) {
    struct field inverse = field_invert(a.Z);
    field_to_bytes(field_multiply(a.Y, inverse), bytes);
    bytes[POINT_BYTES - 1] |= (uint8_t)(field_is_odd(field_multiply(a.X, inverse)) << 7);
}

bool point_is_small(struct point a) {
    for (unsigned i = 0; i < 3; i++)
        a = point_add(a, a);
    return field_equal(a.X, FIELD_ZERO) && field_equal(a.Y, a.Z);
}
