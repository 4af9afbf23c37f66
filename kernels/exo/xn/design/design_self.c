/* SPDX-License-Identifier: MIT */
/* design_self.c -- metadata that describe themselves: a header says where a block's windows are,
 * and each pointer in them what it points to and whose it is. The kernel knows one form for all
 * file systems, which all have to use. */
#include "exo/defence.h"
#include "exo/xn/type/designs.h"
#include "lib/error.h"
#include "lib/string.h"

static struct xn_self_header header_of(const struct xn_site *site) {
    struct xn_self_header h;
    __builtin_memcpy(&h, site->bytes, sizeof h);
    return h;
}

static bool is_nil(const struct xn_self_header *h) {
    static const struct xn_self_header nil;
    return !memcmp(h, &nil, sizeof nil);
}

/* Its windows are behind the header, and each is written whole or not at all. */
static bool is_sound(const struct xn_types *types, const struct xn_site *site,
                     const struct xn_self_header *h) {
    uint32_t atom = types->atom, pointers = h->most * (uint32_t)sizeof(struct xn_self_pointer);
    if (h->magic != XN_SELF_MAGIC || h->block != site->block || h->type != site->type->number)
        return false;
    return h->most && h->most <= XN_OWNED_MAX && h->stride >= pointers && h->stride % 8 == 0 &&
           h->first % 8 == 0 && h->first >= XN_SELF_BYTES &&
           h->first + (uint32_t)h->stride * h->count <= XN_BLOCK_BYTES &&
           (atom % h->stride == 0
                ? h->first % h->stride == 0
                : h->first / atom == (h->first + (uint32_t)h->stride * h->count - 1) / atom);
}

static uint32_t partitions(const struct xn_site *site) {
    struct xn_self_header h = header_of(site);
    return h.stride ? h.count : 0;
}

static int window(const struct xn_types *types, const struct xn_site *site, uint32_t partition,
                  struct xn_window *w) {
    struct xn_self_header h = header_of(site);
    *w = (struct xn_window){.base = NULL};
    if (is_nil(&h))
        return 0;
    if (!is_sound(types, site, &h) || partition >= h.count)
        return -E_INVALID;
    *w = (struct xn_window){.first = (uint16_t)(h.first + partition * h.stride),
                            .bytes = h.stride,
                            .index = (uint16_t)partition,
                            .most = h.most,
                            .base = site->type};
    return 0;
}

/* The key, and the header while there is none, are written freely; and what is behind the windows,
 * once these are known. */
static bool hits(const struct xn_site *site, uint32_t at, uint32_t bytes) {
    struct xn_self_header h = header_of(site);
    if (is_nil(&h))
        return at + bytes > XN_SELF_BYTES;
    return at < h.first + (uint32_t)h.stride * h.count && h.first < at + bytes;
}

static int owned(const struct xn_types *types, const struct xn_site *site,
                 const struct xn_window *w, struct xn_extent *out) {
    (void)types;
    static const struct xn_self_pointer nil;
    int n = 0;
    for (unsigned i = 0; i < w->most; i++) {
        struct xn_self_pointer p;
        __builtin_memcpy(&p, site->bytes + w->first + i * sizeof p, sizeof p);
        if (!memcmp(&p, &nil, sizeof p))
            continue;
        if ((p.owner != site->block || p.magic != XN_SELF_MAGIC) && DEFENDED(XN_OWNER))
            return -E_INVALID;
        out[n++] = p.child;
    }
    return n;
}

static const uint64_t *reads(const struct xn_window *w) {
    static const uint64_t none[XN_BLOCK_BYTES / 512],
        all[XN_BLOCK_BYTES / 512] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX,
                                     UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    return w->base ? all : none;
}

/* Whose credential stands behind the header; the parent's while none does. */
static int may(struct xn_types *types, const struct xn_site *site, const unsigned char *proposed,
               const struct xn_request *request) {
    (void)types, (void)proposed;
    uint64_t key;
    memcpy(&key, site->bytes + sizeof(struct xn_self_header), sizeof key);
    return !key || !site->type->body    ? XN_ACL_PARENT
           : key == request->credential ? XN_ACL_YES
                                        : XN_ACL_NO;
}

/* The pointer is made nil. */
static int drop(const struct xn_types *types, const struct xn_site *site, const struct xn_window *w,
                struct xn_extent child, struct xn_changes *out) {
    (void)types;
    for (unsigned i = 0; i < w->most; i++) {
        uint32_t at = i * (uint32_t)sizeof(struct xn_self_pointer);
        if (memcmp(site->bytes + w->first + at, &child, sizeof child) != 0)
            continue;
        out->count = 1;
        out->change[0].at = (uint16_t)at;
        out->change[0].bytes = sizeof(struct xn_self_pointer);
        return 0;
    }
    return -E_INVALID;
}

const struct xn_meta meta_self = {.name = "self",
                                  .design = XN_SELF,
                                  .knows = true,
                                  .pointer_bytes = sizeof(struct xn_self_pointer),
                                  .partitions = partitions,
                                  .window = window,
                                  .owned = owned,
                                  .reads = reads,
                                  .hits = hits,
                                  .drop = drop,
                                  .check = sets_check,
                                  .may = may};
