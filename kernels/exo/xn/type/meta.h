/* SPDX-License-Identifier: MIT */
/* meta.h -- four designs of one thing: how does a kernel that knows no file system know who owns a
 * block? Chosen when a volume is formatted. Everything else of XN asks through types.h and change.h
 * and is the same for all.
 *
 * capability  the kernel keeps a word for each block: who may use it. Metadata are plain bytes, and
 *             of a type nothing counts but whether it holds pointers.
 * self        metadata describe themselves: each pointer carries type and owner, in a form that is
 *             the kernel's
 * template    pointers stand where the type declares them; no code
 * udf         functions of the type tell what its bytes own: untrusted, deterministic */
#ifndef EXO_XN_META_H
#define EXO_XN_META_H

#include "exo/xn/type/design_self_form.h"
#include "exo/xn/type/sides.h"

enum xn_design { XN_CAPABILITY, XN_SELF, XN_TEMPLATE, XN_UDF, XN_DESIGNS };

/* A partition's place in a block. */
struct xn_window {
    uint16_t first, bytes;
    uint16_t index;             /* in its group */
    uint8_t most;               /* extents that it owns */
    const struct xn_type *base; /* that says what they are; null: the block's kind is not chosen
                                   yet, and it owns nothing */
};

struct xn_meta {
    const char *name;
    enum xn_design design;
    bool knows;            /* what a block owns: else there is no order, and recovery has the
                              kernel's words only */
    uint8_t pointer_bytes; /* of a child, where it is an extent of any type */
    uint32_t (*partitions)(const struct xn_site *site);
    /* Of a block's bytes, which may be a shadow's. -E_INVALID: there is none. */
    int (*window)(const struct xn_types *types, const struct xn_site *site, uint32_t partition,
                  struct xn_window *window);
    /* How many extents it owns, into zeroed memory for so many; or -E_INVALID. */
    int (*owned)(const struct xn_types *types, const struct xn_site *site,
                 const struct xn_window *window, struct xn_extent *out);
    /* The words of the block, a bit each, that tell what the window owns. */
    const uint64_t *(*reads)(const struct xn_window *window);
    /* Do these bytes tell what some window owns? Also where nothing is chosen yet. */
    bool (*hits)(const struct xn_site *site, uint32_t at, uint32_t bytes);
    /* As the function of udf.h; null: there is no such rule. */
    int (*drop)(const struct xn_types *types, const struct xn_site *site,
                const struct xn_window *window, struct xn_extent child, struct xn_changes *out);
    int (*check)(struct xn_types *types, const struct xn_change *change);
    /* An XN_ACL_ answer, or -E_...; old and proposed bytes may be the same. */
    int (*may)(struct xn_types *types, const struct xn_site *site, const unsigned char *proposed,
               const struct xn_request *request);
    /* After the bytes have changed; or null. */
    void (*applied)(struct xn_types *types, const struct xn_change *change);
};
extern const struct xn_meta *const xn_meta_of[XN_DESIGNS];

#endif
