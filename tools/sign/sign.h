/* SPDX-License-Identifier: MIT */
/* sign.h -- makes signed objects (engine/native_envelope.h) with OpenSSL. */
#ifndef TOOLS_SIGN_H
#define TOOLS_SIGN_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

/* The object in its envelope, to be freed, and its length; null when the key cannot sign, the kind
 * is too long, or there is no memory. */
uint8_t *sign_object(EVP_PKEY *key, const char *kind, const void *object, size_t len,
                     size_t *signed_len);

#endif
