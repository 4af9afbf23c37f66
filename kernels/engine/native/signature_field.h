/* SPDX-License-Identifier: MIT */
/* signature_field.h -- numbers modulo p = 2^255 - 19; for signature*.c only.
 *
 * Five limbs of 51 bits, the lowest first. Between calls every limb is below 2^52 and the number
 * below 2p; only field_to_bytes makes it unique. */
#ifndef ENGINE_SIGNATURE_FIELD_H
#define ENGINE_SIGNATURE_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#define FIELD_BYTES 32
#define FIELD_LIMBS 5

struct field {
    uint64_t limb[FIELD_LIMBS];
};

extern const struct field field_zero, field_one;

/* Little-endian; the highest bit is not part of the number. */
void field_from_bytes(struct field *r, const uint8_t bytes[FIELD_BYTES]);
/* The one form below p. */
void field_to_bytes(const struct field *a, uint8_t bytes[FIELD_BYTES]);

/* r = a op b; r may be a, b or both. */
void field_add(struct field *r, const struct field *a, const struct field *b);
void field_subtract(struct field *r, const struct field *a, const struct field *b);
void field_multiply(struct field *r, const struct field *a, const struct field *b);
/* a to the power of a little-endian number; r may not be a. */
void field_power(struct field *r, const struct field *a, const uint8_t exponent[FIELD_BYTES]);

bool field_equal(const struct field *a, const struct field *b);
/* Is a, in its one form, odd? RFC 8032 calls this its sign. */
bool field_is_odd(const struct field *a);

#endif
