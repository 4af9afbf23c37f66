/* SPDX-License-Identifier: MIT */
/* captured.h -- captures for the tests of what reads them, as QEMU writes them. */
#ifndef TESTS_CAPTURED_H
#define TESTS_CAPTURED_H

#include <stdint.h>
#include <string.h>

struct captured {
    unsigned char bytes[4096];
    size_t length;
};

static inline void captured_number(struct captured *c, uint32_t value) {
    memcpy(c->bytes + c->length, &value, sizeof value);
    c->length += sizeof value;
}

static inline void captured_head(struct captured *c, uint32_t magic, uint32_t kind) {
    const uint32_t head[] = {magic, 2 | 4 << 16, 0, 0, 65536, kind};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
        captured_number(c, head[i]);
}

/* A frame of LENGTH bytes, of which STORED are there. */
static inline void captured_frame(struct captured *c, uint32_t seconds, uint32_t fraction,
                                  uint32_t stored, uint32_t length) {
    captured_number(c, seconds);
    captured_number(c, fraction);
    captured_number(c, stored);
    captured_number(c, length);
    memset(c->bytes + c->length, 7, stored);
    c->length += stored;
}

#endif
