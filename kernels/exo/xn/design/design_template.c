/* SPDX-License-Identifier: MIT */
/* design_template.c -- pointers stand where the type declares them, each an address or an extent,
 * and nothing else is one: whatever a format calculates cannot be said. */
#include "exo/xn/type/designs.h"
#include "lib/error.h"
#include "lib/string.h"

/* A field as the word of an extent, of which the upper half has count and type; 0: it is nil. */
static inline uint64_t field_at(const struct xn_member *f, const unsigned char *bytes) {
    uint64_t word = 0;
    if (f->width == sizeof word) {
        __builtin_memcpy(&word, bytes, sizeof word);
        return word & (uint64_t)UINT16_MAX << 32 ? word : 0;
    }
    __builtin_memcpy(&word, bytes, sizeof(uint32_t));
    return word ? word | 1ull << 32 | (uint64_t)f->type << 48 : 0;
}

static int owned(const struct xn_types *types, const struct xn_site *site,
                 const struct xn_window *window, struct xn_extent *out) {
    (void)types;
    int n = 0;
    for (unsigned i = 0; i < window->base->fields; i++) {
        const struct xn_member f = window->base->field[i];
        const unsigned char *at = site->bytes + window->first + f.at, *end = at + f.count * f.width;
        for (; at < end; at += f.width) {
            uint64_t word = field_at(&f, at);
            if (word && (word >> 48 & 0xff) != f.type)
                return -E_INVALID;
            if (word)
                __builtin_memcpy(&out[n++], &word, sizeof word);
        }
    }
    return n;
}

static const uint64_t *reads(const struct xn_window *window) {
    (void)window;
    static const uint64_t all[XN_BLOCK_BYTES / 512] = {UINT64_MAX, UINT64_MAX, UINT64_MAX,
                                                       UINT64_MAX, UINT64_MAX, UINT64_MAX,
                                                       UINT64_MAX, UINT64_MAX};
    return all;
}

/* Whose credential stands in the block; the parent's while none does. */
static int may(struct xn_types *types, const struct xn_site *site, const unsigned char *proposed,
               const struct xn_request *request) {
    (void)types, (void)proposed;
    uint64_t key = 0;
    if (site->type->body && site->type->key != XN_NO_KEY)
        memcpy(&key, site->bytes + site->type->key, sizeof key);
    return !key ? XN_ACL_PARENT : key == request->credential ? XN_ACL_YES : XN_ACL_NO;
}

/* The field is made nil. */
static int drop(const struct xn_types *types, const struct xn_site *site,
                const struct xn_window *window, struct xn_extent child, struct xn_changes *out) {
    (void)types;
    const unsigned char *bytes = site->bytes + window->first;
    for (unsigned i = 0; i < window->base->fields; i++) {
        const struct xn_member *f = &window->base->field[i];
        for (unsigned k = 0; k < f->count; k++) {
            uint32_t at = f->at + k * f->width;
            uint64_t word = field_at(f, bytes + at);
            if (memcmp(&word, &child, sizeof word) != 0)
                continue;
            out->count = 1;
            out->change[0].at = (uint16_t)at;
            out->change[0].bytes = f->width;
            return 0;
        }
    }
    return -E_INVALID;
}

const struct xn_meta meta_template = {.name = "template",
                                      .design = XN_TEMPLATE,
                                      .knows = true,
                                      .pointer_bytes = sizeof(struct xn_extent),
                                      .partitions = declared_partitions,
                                      .window = declared_window,
                                      .owned = owned,
                                      .reads = reads,
                                      .hits = declared_hits,
                                      .drop = drop,
                                      .check = sets_check,
                                      .may = may};
