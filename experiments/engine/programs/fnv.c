/* SPDX-License-Identifier: MIT */
/* fnv.c -- FNV-1a, 64 bits, of a 64-byte key. */
#include "contexts.h"

longest fnv(const struct fnv_context *c);
longest fnv(const struct fnv_context *c) {
    longest hash = 0xcbf29ce484222325;
    for (word i = 0; i < sizeof c->key; i++)
        hash = (hash ^ c->key[i]) * 0x100000001b3;
    return hash;
}
