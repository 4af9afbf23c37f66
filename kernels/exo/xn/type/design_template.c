/* SPDX-License-Identifier: MIT */
/* design_template.c -- pointers stand where the type declares them, each an address or an extent,
 * and nothing else is one: whatever a format calculates cannot be said. */
#include "exo/xn/type/designs.h"
#include "lib/error.h"
#include "lib/string.h"

/* A field as an extent; count 0: it is nil. */
static struct xn_extent field_at(const struct xn_member *f, const unsigned char *bytes) {
    struct xn_extent e = {0};
    if (f->width == sizeof e)
        __builtin_memcpy(&e, bytes, sizeof e);
    else
        memcpy(&e.block, bytes, f->width);
    if (f->width != sizeof e && e.block)
        e = (struct xn_extent){.block = e.block, .count = 1, .type = f->type};
    return e;
}

static int owned(const struct xn_types *types, const struct xn_site *site,
                 const struct xn_window *window, struct xn_extent *out) {
    (void)types;
    const unsigned char *bytes = site->bytes + window->first;
    int n = 0;
    for (unsigned i = 0; i < window->base->fields; i++) {
        const struct xn_member *f = &window->base->field[i];
        for (unsigned k = 0; k < f->count; k++) {
            struct xn_extent e = field_at(f, bytes + f->at + k * f->width);
            if (e.count && e.type != f->type)
                return -E_INVALID;
            if (e.count)
                out[n++] = e;
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
            struct xn_extent e = field_at(f, bytes + at);
            if (memcmp(&e, &child, sizeof e) != 0)
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
