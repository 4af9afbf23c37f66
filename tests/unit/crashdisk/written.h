/* SPDX-License-Identifier: MIT */
/* written.h -- a log that a test writes: by its own hands, not by what reads it. */
#ifndef TESTS_WRITTEN_H
#define TESTS_WRITTEN_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WRITTEN_FLUSH = 1, WRITTEN_FUA = 2, WRITTEN_DISCARD = 4, WRITTEN_MARK = 8 };

struct written {
    uint8_t bytes[1 << 20];
    size_t length, entries, sector; /* bytes of a sector of the log */
};

static inline void written_little(uint8_t *to, uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

static inline struct written *written_new(size_t sector) {
    struct written *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->sector = w->length = sector;
    written_little(w->bytes, 0x6a736677736872, 8);
    written_little(w->bytes + 8, 1, 8);
    written_little(w->bytes + 24, sector, 4);
    return w;
}

/* Sectors of the log's size, each byte of them FILL. */
static inline void written_add(struct written *w, uint64_t at, uint64_t sectors, unsigned flags,
                               int fill) {
    uint8_t *entry = w->bytes + w->length;
    written_little(entry, at, 8);
    written_little(entry + 8, sectors, 8);
    written_little(entry + 16, flags, 8);
    w->length += w->sector;
    if (!(flags & WRITTEN_DISCARD)) {
        memset(w->bytes + w->length, fill, sectors * w->sector);
        w->length += sectors * w->sector;
    }
    written_little(w->bytes + 16, ++w->entries, 8);
}

#endif
