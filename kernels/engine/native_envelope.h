/* SPDX-License-Identifier: MIT */
/* native_envelope.h -- the form of a signed object: a header, the object, and an Ed25519 signature
 * over both. vsign (tools/sign) writes it and native.c reads it.
 *
 *     0   16  "exospin signed\n\0"
 *     16  4   version, 1
 *     20  4   0
 *     24  8   length of the object
 *     32  32  the kind of program it may be loaded as, filled up with zeros
 *     64  ... the object
 *     ... 64  the signature of everything before it
 *
 * All numbers are little-endian. */
#ifndef ENGINE_NATIVE_ENVELOPE_H
#define ENGINE_NATIVE_ENVELOPE_H

#include "engine/bytes.h"
#include "engine/base/report.h"
#include "engine/native/signature.h"

#define ENVELOPE_MAGIC      "exospin signed\n"
#define ENVELOPE_VERSION    1
#define ENVELOPE_KIND_BYTES 32 /* the zero at the end included */
#define ENVELOPE_BYTES_MAX  (16u << 20)

enum {
    IN_ENVELOPE_MAGIC = 0,
    IN_ENVELOPE_VERSION = 16,
    IN_ENVELOPE_RESERVED = 20,
    IN_ENVELOPE_LENGTH = 24,
    IN_ENVELOPE_KIND = 32,
    ENVELOPE_HEADER_BYTES = 64
};

/* The object inside, if the key signed the whole file for programs of this kind. False, with *why
 * set, if not: nothing of the object has been looked at then. */
bool native_envelope_open(struct bytes file, const uint8_t key[SIGNATURE_KEY_BYTES],
                          const char *kind, struct bytes *object, struct report *why);

#endif
