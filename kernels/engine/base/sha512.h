/* SPDX-License-Identifier: MIT */
/* sha512.h -- SHA-512 (FIPS 180-4), the hash inside Ed25519. Own code, written to be read beside
 * the standard; not hardened against timing, for nothing secret goes in. */
#ifndef ENGINE_SHA512_H
#define ENGINE_SHA512_H

#include <stddef.h>
#include <stdint.h>

#define SHA512_BYTES 64

struct sha512 {
    uint64_t state[8];
    uint64_t len; /* bytes taken so far */
    uint8_t block[128];
};

void sha512_start(struct sha512 *s);
void sha512_update(struct sha512 *s, const void *bytes, size_t n);
void sha512_finish(struct sha512 *s, uint8_t digest[SHA512_BYTES]);

#endif
