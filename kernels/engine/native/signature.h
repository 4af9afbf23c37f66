/* SPDX-License-Identifier: MIT */
/* signature.h -- did the owner of a key sign these bytes? Ed25519 (RFC 8032, section 5.1.7), the
 * verifying half only: the signer is a program on the host, by OpenSSL (tools/sign).
 *
 * Provenance: written for this project from the RFC's text; no code of others is in it. Nothing
 * secret is handled, so time and memory access may depend on the data: these files must not be
 * extended to sign. Stricter than the RFC demands, so that a signature has one form only:
 *   the key is canonical and not of small order;
 *   S is below the group's order;
 *   R is compared as bytes, by the equation without the cofactor. */
#ifndef ENGINE_SIGNATURE_H
#define ENGINE_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIGNATURE_KEY_BYTES 32
#define SIGNATURE_BYTES     64

/* Whose signatures an image accepts: the public half of SIGNING_KEY, linked in by the build
 * (tools/sign). The engine itself does not refer to it. */
extern const uint8_t signing_key[SIGNATURE_KEY_BYTES];

/* True if `signature` was made over these `len` bytes with the secret half of `key`. */
bool signature_holds(const uint8_t key[SIGNATURE_KEY_BYTES], const void *bytes, size_t len,
                     const uint8_t signature[SIGNATURE_BYTES]);

#endif
