/* SPDX-License-Identifier: MIT */
/* meta.h -- four designs of one thing: how does a kernel that knows no file system know who owns a
 * block? Chosen when a volume is formatted. Everything else of XN asks through types.h and change.h
 * and is the same for all.
 *
 * capability  the kernel keeps a word for each block: who may use it. Metadata are plain bytes.
 * self        metadata describe themselves: each pointer carries type and owner, in a form that is
 *             the kernel's
 * template    pointers stand where the type declares them; no code
 * udf         functions of the type tell what its bytes own: untrusted, deterministic */
#ifndef EXO_XN_META_H
#define EXO_XN_META_H

#include "exo/xn/type/change.h"

enum xn_design { XN_CAPABILITY, XN_SELF, XN_TEMPLATE, XN_UDF, XN_DESIGNS };

struct xn_meta {
    const char *name;
    enum xn_design design;
    bool knows;            /* what a block owns: else there is no order, and recovery has the
                              kernel's words only */
    uint8_t pointer_bytes; /* of a child, at least, where it is an extent of any type */
    uint32_t (*partitions)(struct xn_types *types, const struct xn_site *site);
    int (*owns)(struct xn_types *types, const struct xn_site *site, uint32_t partition,
                struct xn_extent out[XN_OWNED_MAX]);
    int (*check)(struct xn_types *types, const struct xn_change *change);
    /* An XN_ACL_ answer, or -E_...; old and proposed bytes may be the same. */
    int (*may)(struct xn_types *types, const struct xn_site *site, const unsigned char *proposed,
               const struct xn_request *request);
    void (*apply)(struct xn_types *types, const struct xn_change *change);
};
extern const struct xn_meta xn_meta_of[XN_DESIGNS];

/* "self": a block begins with a header, and its windows are where that says. */
#define XN_SELF_MAGIC 0x464c4553 /* "SELF" */
struct xn_self_header {
    uint32_t magic; /* 0: nothing is owned; is set, and taken back, while no pointer is */
    uint32_t block; /* this one */
    uint8_t type;   /* its own */
    uint8_t most;   /* pointers in a window */
    uint16_t first, stride, count; /* as in a template */
};
/* A window begins with `most` of these. All 0: none. */
struct xn_self_pointer {
    struct xn_extent child;
    uint32_t owner; /* the block that it stands in */
    uint32_t magic; /* XN_SELF_MAGIC */
};
_Static_assert(sizeof(struct xn_self_header) == 16 && sizeof(struct xn_self_pointer) == 16,
               "the form on disk");

#endif
