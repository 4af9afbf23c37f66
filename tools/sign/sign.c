/* SPDX-License-Identifier: MIT */
/* sign.c -- see sign.h. Ed25519 is deterministic: the same object gives the same bytes. */
#include "sign.h"

#include <stdlib.h>
#include <string.h>

#include "engine/native_envelope.h"

static void put(uint8_t *at, unsigned width, uint64_t value) {
    for (unsigned i = 0; i < width; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void put_header(uint8_t *file, const char *kind, size_t len) {
    memcpy(file + IN_ENVELOPE_MAGIC, ENVELOPE_MAGIC, sizeof ENVELOPE_MAGIC);
    put(file + IN_ENVELOPE_VERSION, 4, ENVELOPE_VERSION);
    put(file + IN_ENVELOPE_LENGTH, 8, len);
    for (size_t i = 0; kind[i]; i++)
        file[IN_ENVELOPE_KIND + i] = (uint8_t)kind[i];
}

/* Signs the first `len` bytes of file and puts the signature behind them. */
static int put_signature(EVP_PKEY *key, uint8_t *file, size_t len) {
    size_t signature_len = SIGNATURE_BYTES;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    int good = c && EVP_DigestSignInit(c, NULL, NULL, NULL, key) == 1 &&
               EVP_DigestSign(c, file + len, &signature_len, file, len) == 1 &&
               signature_len == SIGNATURE_BYTES;
    EVP_MD_CTX_free(c);
    return good;
}

uint8_t *sign_object(EVP_PKEY *key, const char *kind, const void *object, size_t len,
                     size_t *signed_len) {
    if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 || strlen(kind) >= ENVELOPE_KIND_BYTES)
        return NULL;
    *signed_len = ENVELOPE_HEADER_BYTES + len + SIGNATURE_BYTES;
    uint8_t *file = calloc(1, *signed_len);
    if (!file)
        return NULL;
    put_header(file, kind, len);
    memcpy(file + ENVELOPE_HEADER_BYTES, object, len);
    if (put_signature(key, file, ENVELOPE_HEADER_BYTES + len))
        return file;
    free(file);
    return NULL;
}
