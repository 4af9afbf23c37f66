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

#define FIELD_ZERO ((struct field){{0}})
#define FIELD_ONE  ((struct field){{1}})

/* Little-endian; the highest bit is not part of the number. */
struct field field_from_bytes(const uint8_t bytes[FIELD_BYTES]);
/* The one form below p. */
void field_to_bytes(struct field a, uint8_t bytes[FIELD_BYTES]);

struct field field_add(struct field a, struct field b);
struct field field_subtract(struct field a, struct field b);
struct field field_multiply(struct field a, struct field b);
/* a to the power of a little-endian number. */
struct field field_power(struct field a, const uint8_t exponent[FIELD_BYTES]);
/* 1 / a; 0 for 0. */
struct field field_invert(struct field a);

bool field_equal(struct field a, struct field b);
/* Is a, in its one form, odd? RFC 8032 calls this its sign. */
bool field_is_odd(struct field a);

#endif
