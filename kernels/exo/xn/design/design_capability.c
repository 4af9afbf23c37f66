/* SPDX-License-Identifier: MIT */
/* design_capability.c -- the kernel keeps a word for each block: whose it is. Metadata are bytes
 * that it does not look at. So it cannot tell what may be lost in a crash, what is reachable, or
 * whether who owns a block still points to it. */
#include "exo/defence.h"
#include "exo/xn/type/designs.h"
#include "lib/error.h"

#define WORDS_MAX 64 /* of one operation: it ends soon */

/* Are the words of these blocks in core, and one of these two? */
static int words_are(struct xn_types *types, struct xn_extent e, uint64_t wanted, uint64_t other) {
    if (e.count > WORDS_MAX)
        return -E_TOO_LONG;
    for (uint32_t i = 0; i < e.count; i++) {
        const uint64_t *word = types->word(types->owner, e.block + i, false);
        if (!word)
            return -E_AGAIN;
        if (*word != wanted && *word != other && DEFENDED(XN_WORD))
            return -E_PERM;
    }
    return 0;
}

static void set_words(struct xn_types *types, struct xn_extent e, uint64_t to) {
    for (uint32_t i = 0; i < e.count; i++)
        *types->word(types->owner, e.block + i, true) = to;
}

/* What comes was nobody's, or is the root of an unattached tree of the caller's; what goes or moves
 * is the caller's. Moves and swaps change nothing that the kernel knows of. */
static int check(struct xn_types *types, const struct xn_change *c) {
    uint64_t own = c->credential;
    struct xn_extent add = c->side[0].add;
    if (c->operation == XN_ALLOC)
        return xn_extent_is_sound(types, add) && own ? words_are(types, add, 0, own) : -E_INVALID;
    int error = words_are(types, c->side[0].take, own, own);
    return error ? error : words_are(types, add, own, own);
}

static void applied(struct xn_types *types, const struct xn_change *c) {
    if (c->operation == XN_ALLOC)
        set_words(types, c->side[0].add, c->credential);
    if (c->operation == XN_FREE)
        set_words(types, c->side[0].take, 0);
}

/* Is the block that is read or written the caller's? Those of a volume have no word: the parent,
 * which is none, is asked. */
static int may(struct xn_types *types, const struct xn_site *site, const unsigned char *proposed,
               const struct xn_request *request) {
    (void)proposed;
    struct xn_extent of = {.block = request->block, .count = 1};
    if (request->operation == XN_READ || request->operation == XN_MODIFY)
        of = request->child;
    if (!site->type->body)
        return XN_ACL_PARENT;
    int error = words_are(types, of, request->credential, request->credential);
    return !error ? XN_ACL_YES : error == -E_PERM ? XN_ACL_NO : error;
}

static uint32_t partitions(const struct xn_site *site) {
    (void)site;
    return 0;
}

static int window(const struct xn_types *types, const struct xn_site *site, uint32_t partition,
                  struct xn_window *w) {
    (void)types, (void)site, (void)partition, (void)w;
    return -E_INVALID;
}

const struct xn_meta meta_capability = {.name = "capability",
                                        .design = XN_CAPABILITY,
                                        .pointer_bytes = sizeof(struct xn_extent),
                                        .partitions = partitions,
                                        .window = window,
                                        .check = check,
                                        .may = may,
                                        .applied = applied};
