/* SPDX-License-Identifier: MIT */
/* signature.c -- verifies an Ed25519 signature (RFC 8032, section 5.1.7). A signature is a point R
 * and a number S with S B = R + k A, where A is the key, B the base point, and k the hash of R, A
 * and the message: R is what S B - k A must be. */
#include "engine/native/signature.h"
#include "engine/assert.h"

#include "engine/base/sha512.h"
#include "engine/native/signature_point.h"
#include "lib/string.h"

#define SCALAR_WORDS 4

/* Modulo L, the order of B; the lowest word first. */
struct scalar {
    uint64_t word[SCALAR_WORDS];
};

/* L = 2^252 + 27742317777372353535851937790883648493 */
static const struct scalar L = {{0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, (uint64_t)1 << 60}};

static const uint8_t base_bytes[POINT_BYTES] = {
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};

/* a - L into *r; true if a was below L, and *r is of no use. */
static bool subtract_order(struct scalar *r, const struct scalar *a) {
    bool borrow = false;
    for (unsigned i = 0; i < SCALAR_WORDS; i++) {
        uint64_t partial = a->word[i] - L.word[i];
        bool under = a->word[i] < L.word[i] || (borrow && partial == 0);
        r->word[i] = partial - borrow;
        borrow = under;
    }
    return borrow;
}

static struct scalar scalar_from_bytes(const uint8_t bytes[8 * SCALAR_WORDS]) {
    struct scalar r = {{0}};
    for (unsigned i = 0; i < 8 * SCALAR_WORDS; i++)
        r.word[i / 8] |= (uint64_t)bytes[i] << 8 * (i % 8);
    return r;
}

/* A little-endian number modulo L, bit by bit from the highest: L has 253 bits, so that twice
 * something below it still fits. */
static struct scalar scalar_reduce(const uint8_t *bytes, unsigned n) {
    struct scalar r = {{0}}, less;
    for (unsigned bit = 8 * n; bit-- > 0;) {
        for (unsigned i = SCALAR_WORDS - 1; i > 0; i--)
            r.word[i] = r.word[i] << 1 | r.word[i - 1] >> 63;
        r.word[0] = r.word[0] << 1 | (bytes[bit / 8] >> bit % 8 & 1);
        if (!subtract_order(&less, &r))
            r = less;
    }
    ENGINE_ASSERT(subtract_order(&less, &r), "%llx... is not reduced",
                  (unsigned long long)r.word[SCALAR_WORDS - 1]);
    return r;
}

static bool scalar_bit(const struct scalar *a, unsigned bit) {
    return a->word[bit / 64] >> bit % 64 & 1;
}

/* *r = s P + t Q, both at once: one of P, Q and P + Q is added after each doubling. */
static void sum_of_products(struct point *r, const struct scalar *s, const struct point *P,
                            const struct scalar *t, const struct point *Q) {
    struct point both;
    const struct point *const choice[] = {&point_zero, P, Q, &both};
    point_add(&both, P, Q);
    *r = point_zero;
    for (unsigned bit = 64 * SCALAR_WORDS; bit-- > 0;) {
        unsigned which = scalar_bit(s, bit) + 2u * scalar_bit(t, bit);
        point_add(r, r, r);
        if (which)
            point_add(r, r, choice[which]);
    }
}

/* k: SHA-512 of R, A and the message, modulo L. */
static struct scalar challenge(const uint8_t R[POINT_BYTES], const uint8_t key[POINT_BYTES],
                               const void *bytes, size_t len) {
    struct sha512 hash;
    uint8_t digest[SHA512_BYTES];
    sha512_start(&hash);
    sha512_update(&hash, R, POINT_BYTES);
    sha512_update(&hash, key, POINT_BYTES);
    sha512_update(&hash, bytes, len);
    sha512_finish(&hash, digest);
    return scalar_reduce(digest, sizeof digest);
}

bool signature_holds(const uint8_t key[SIGNATURE_KEY_BYTES], const void *bytes, size_t len,
                     const uint8_t signature[SIGNATURE_BYTES]) {
    struct point A, B, sum;
    struct scalar S = scalar_from_bytes(signature + POINT_BYTES), unused;
    if (!subtract_order(&unused, &S))
        return false; /* S + L would sign as well as S does */
    if (!point_decode(&A, key) || point_is_small(&A) || !point_decode(&B, base_bytes))
        return false;
    struct scalar k = challenge(signature, key, bytes, len);
    uint8_t R[POINT_BYTES];
    point_negate(&A);
    sum_of_products(&sum, &S, &B, &k, &A);
    point_encode(&sum, R);
    return memcmp(R, signature, POINT_BYTES) == 0;
}
