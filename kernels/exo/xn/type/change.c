/* SPDX-License-Identifier: MIT */
/* change.c -- see change.h. */
#include "exo/xn/type/change.h"

#include "exo/defence.h"
#include "exo/xn/type/check.h"
#include "exo/xn/type/shadow.h"
#include "lib/error.h"
#include "lib/string.h"

static bool same(struct xn_extent a, struct xn_extent b) {
    return !memcmp(&a, &b, sizeof a);
}

/* Else what a side does not own could seem to leave it, because it also arrives. */
static bool are_apart(struct xn_extent a, struct xn_extent b) {
    return (uint64_t)a.block + a.count <= b.block || (uint64_t)b.block + b.count <= a.block ||
           !DEFENDED(XN_APART);
}

/* Does each operation take and add what it is to? */
static bool form_is_sound(const struct xn_change *c) {
    const struct xn_side *a = &c->side[0], *b = &c->side[1];
    bool takes = a->take.count, adds = a->add.count;
    switch (c->operation) {
    case XN_WRITE:
        return c->sides == 1 && !takes && !adds;
    case XN_ALLOC:
        return c->sides == 1 && !takes && adds;
    case XN_FREE:
        return c->sides == 1 && takes && !adds;
    case XN_MOVE_OUT:
        return c->sides == 2 && takes && !adds && same(a->take, b->add) && !b->take.count;
    case XN_SWAP:
        return c->sides == 2 && takes && adds && same(a->take, b->add) && same(b->take, a->add) &&
               are_apart(a->take, a->add);
    default:
        return false;
    }
}

int xn_change_check(struct xn_types *types, const struct xn_change *change) {
    return form_is_sound(change) ? types->meta->check(types, change) : -E_INVALID;
}

static int ask(struct xn_types *types, const struct xn_request *request,
               const struct xn_site *asked, const unsigned char *proposed,
               const struct xn_above *above) {
    struct xn_site site = *asked;
    if (!DEFENDED(XN_ACL))
        return 0;
    for (unsigned depth = 0; depth < XN_ACL_DEPTH || !DEFENDED(XN_DEPTH); depth++) {
        int answer = types->meta->may(types, &site, proposed, request);
        if (answer < 0)
            return answer;
        if (answer != XN_ACL_PARENT)
            return answer == XN_ACL_YES ? 0 : -E_PERM;
        answer = above->parent(above->owner, request, &site);
        if (answer)
            return answer < 0 ? answer : 0;
        proposed = site.bytes;
    }
    return -E_PERM;
}

/* From the first byte that changes to the last one. */
static void span(const struct xn_changes *c, struct xn_request *request) {
    if (!c->count)
        return;
    uint32_t from = c->change[0].at, to = from + c->change[0].bytes;
    for (uint32_t i = 1; i < c->count; i++) {
        uint32_t at = c->change[i].at, end = at + c->change[i].bytes;
        from = at < from ? at : from;
        to = end > to ? end : to;
    }
    request->at = (uint16_t)from;
    request->bytes = (uint16_t)(to - from);
}

int xn_change_may(struct xn_types *types, const struct xn_change *c, const struct xn_above *above) {
    int error = 0;
    for (unsigned i = 0; i < c->sides && !error; i++) {
        const struct xn_side *s = &c->side[i];
        bool arrives = c->operation == XN_MOVE_OUT && i == 1;
        struct xn_request request = {.operation = arrives ? XN_MOVE_IN : c->operation,
                                     .block = s->at.block,
                                     .partition = s->partition,
                                     .child = s->take.count ? s->take : s->add,
                                     .credential = c->credential};
        span(s->changes, &request);
        error = ask(types, &request, &s->at, shadow_of(types, c, i), above);
    }
    return error;
}

int xn_access_may(struct xn_types *types, const struct xn_request *request, struct xn_site site,
                  const struct xn_above *above) {
    return ask(types, request, &site, site.bytes, above);
}

uint32_t xn_partitions(struct xn_types *types, const struct xn_site *site) {
    return types->meta->partitions(site);
}

/* As it says, sound or not. */
static int owned_by(struct xn_types *types, const struct xn_site *site, uint32_t partition,
                    struct xn_extent out[XN_OWNED_MAX]) {
    struct xn_window window;
    int error = types->meta->window(types, site, partition, &window);
    if (error || !window.base)
        return error;
    memset(out, 0, window.most * sizeof *out);
    return types->meta->owned(types, site, &window, out);
}

int xn_owns_block(struct xn_types *types, const struct xn_site *site, uint32_t partition,
                  uint32_t block, struct xn_extent *extent) {
    struct xn_extent out[XN_OWNED_MAX];
    if (!types->meta->knows) { /* its word is asked when acl is */
        *extent = (struct xn_extent){.block = block, .count = 1, .type = XN_BYTES};
        return 0;
    }
    int owned = owned_by(types, site, partition, out), i = 0;
    while (i < owned && block - out[i].block >= out[i].count)
        i++;
    if (i >= owned || !xn_extent_is_sound(types, out[i]))
        return owned < 0 ? owned : -E_INVALID;
    *extent = out[i];
    return 0;
}

int xn_owns(struct xn_types *types, const struct xn_site *site, uint32_t partition,
            struct xn_extent out[XN_OWNED_MAX]) {
    int owned = owned_by(types, site, partition, out);
    for (int i = 0; i < owned; i++)
        if (!xn_extent_is_sound(types, out[i]))
            return -E_INVALID;
    return owned;
}

int xn_drop(struct xn_types *types, const struct xn_site *site, uint32_t partition,
            struct xn_extent child, struct xn_changes *out) {
    struct xn_window w;
    int error = types->meta->window(types, site, partition, &w);
    if (error)
        return error;
    if (!w.base || !types->meta->drop)
        return -E_NOT_FOUND;
    memset(out, 0, sizeof *out);
    error = types->meta->drop(types, site, &w, child, out);
    for (uint32_t i = 0; i < out->count && i < XN_CHANGES_MAX && !error; i++) {
        if (out->change[i].at + out->change[i].bytes > w.bytes)
            return -E_INVALID;
        out->change[i].at = (uint16_t)(out->change[i].at + w.first);
    }
    return error ? error : xn_changes_are_sound(out) ? 0 : -E_INVALID;
}
