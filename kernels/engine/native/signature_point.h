/* SPDX-License-Identifier: MIT */
/* signature_point.h -- points of the curve edwards25519; for signature*.c only. */
#ifndef ENGINE_SIGNATURE_POINT_H
#define ENGINE_SIGNATURE_POINT_H

#include "engine/native/signature_field.h"

/* x = X/Z, y = Y/Z, xy = T/Z (RFC 8032, 5.1.4). */
struct point {
    struct field X, Y, Z, T;
};

#define POINT_BYTES 32

extern const struct point point_zero; /* the neutral point */

/* *r = a + b, for any two points, equal ones too: the formula has no exceptions. r may be a, b or
 * both. */
void point_add(struct point *r, const struct point *a, const struct point *b);
void point_negate(struct point *a);

/* False when the bytes are no point, or not in their one form. */
bool point_decode(struct point *a, const uint8_t bytes[POINT_BYTES]);
void point_encode(const struct point *a, uint8_t bytes[POINT_BYTES]);

/* Is 8a the neutral point? */
bool point_is_small(const struct point *a);

#endif
