/* SPDX-License-Identifier: MIT */
/* checksum_64.c -- the Internet checksum of 64 bytes. */
#include "checksum.h"

longest checksum_64(const struct checksum_64_context *c);
longest checksum_64(const struct checksum_64_context *c) {
    return checksum(c->data, sizeof c->data / sizeof *c->data);
}
