/* SPDX-License-Identifier: MIT */
/* sha256.h -- SHA-256 (FIPS 180-4), for fingerprints and signatures that an adversary must not be
 * able to forge. Written to be read beside the standard; not hardened against timing, for nothing
 * secret goes in. */
#ifndef LIB_SHA256_H
#define LIB_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

struct sha256 {
    uint32_t state[8];
    uint64_t len; /* bytes taken so far */
    uint8_t block[64];
};

void sha256_start(struct sha256 *s);
void sha256_update(struct sha256 *s, const void *bytes, size_t n);
void sha256_finish(struct sha256 *s, uint8_t digest[SHA256_BYTES]);

#endif
