/* SPDX-License-Identifier: MIT */
/* checksum_1500.c -- the Internet checksum of 1,500 bytes, a full Ethernet frame. */
#include "checksum.h"

longest checksum_1500(const struct checksum_1500_context *c);
longest checksum_1500(const struct checksum_1500_context *c) {
    return checksum(c->data, sizeof c->data / sizeof *c->data);
}
