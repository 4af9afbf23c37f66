/* SPDX-License-Identifier: MIT */
/* raw_change.c -- blocks of metadata change: a raw store believes who says how. */
#include "exo/libos/disk/raw_own.h"

#include "exo/libos/disk/raw_order.h"
#include "lib/error.h"
#include "lib/string.h"

static long changes(struct raw_store *r, const struct store_at *at) {
    if (r->read_only)
        return -E_READ_ONLY;
    if (at->block < r->store.first || at->block >= r->store.blocks ||
        r->block[at->block].page == NULL)
        return -E_INVALID;
    uint32_t bytes = 0;
    for (uint32_t i = 0; i < at->changes->count; i++) {
        uint32_t from = at->changes->change[i].at, length = at->changes->change[i].bytes;
        bytes += length;
        if (i >= XN_CHANGES_MAX || bytes > XN_CHANGED_MAX || from + length > STORE_BLOCK)
            return -E_INVALID;
    }
    return 0;
}

/* What is named may have come from a disk: any numbers. */
static bool is_within(const struct store *s, struct xn_extent child) {
    return child.block >= s->first && child.block < s->blocks && child.count > 0 &&
           child.count <= s->blocks - child.block;
}

static void apply(struct raw_store *r, const struct store_at *at) {
    const unsigned char *from = at->changes->bytes;
    for (uint32_t i = 0; i < at->changes->count; i++) {
        memcpy(r->block[at->block].page + at->changes->change[i].at, from,
               at->changes->change[i].bytes);
        from += at->changes->change[i].bytes;
    }
    r->store.counts.changes++;
    raw_changed(r, at->block);
}

void raw_drop(struct raw_store *r, uint32_t block, uint32_t parent) {
    raw_freed(r, block, parent);
    raw_forget(r, block);
}

long raw_op_alloc(struct store *s, struct store_at at, struct xn_extent child) {
    struct raw_store *r = (struct raw_store *)s;
    long error = changes(r, &at);
    if (error < 0)
        return error;
    if (!is_within(s, child))
        return -E_INVALID;
    for (uint32_t i = 0; i < child.count; i++)
        if (!store_is_free(s, child.block + i))
            return -E_EXISTS;
    if (child.type != XN_BYTES) {
        if (r->block[child.block].page == NULL && raw_page_for(r, child.block) == NULL)
            return -E_FULL;
        memset(r->block[child.block].page, 0, STORE_BLOCK);
    }
    apply(r, &at);
    for (uint32_t i = 0; i < child.count; i++)
        raw_allocated(r, child.block + i, child.type, at.block, at.partition);
    return 0;
}

long raw_op_free(struct store *s, struct store_at at, struct xn_extent child) {
    struct raw_store *r = (struct raw_store *)s;
    long error = changes(r, &at);
    if (error < 0)
        return error;
    if (!is_within(s, child))
        return -E_INVALID;
    for (uint32_t i = 0; i < child.count; i++)
        if (r->block[child.block + i].holds)
            return -E_BUSY;
    if (r->records + child.count > RAW_RECORDS)
        return -E_FULL;
    error = child.type == XN_BYTES ? 0 : raw_may_free(r, child.block, at.block);
    if (error < 0)
        return error;
    apply(r, &at);
    for (uint32_t i = 0; i < child.count; i++)
        raw_drop(r, child.block + i, at.block);
    return 0;
}

long raw_op_write(struct store *s, struct store_at at) {
    struct raw_store *r = (struct raw_store *)s;
    long error = changes(r, &at);
    if (error == 0)
        apply(r, &at);
    return error;
}

long raw_op_move(struct store *s, struct store_at from, struct store_at to,
                 struct xn_extent child) {
    struct raw_store *r = (struct raw_store *)s;
    long error = changes(r, &from);
    if (error == 0)
        error = changes(r, &to);
    if (error == 0 && !is_within(s, child))
        error = -E_INVALID;
    if (error == 0 && r->records + child.count + 1 > RAW_RECORDS)
        error = -E_FULL;
    if (error == 0 && from.block != to.block)
        error = raw_may_move(r, from.block, to.block, child.block);
    if (error < 0)
        return error;
    apply(r, &from);
    apply(r, &to);
    for (uint32_t i = 0; i < child.count; i++)
        raw_moved(r, child.block + i, child.type, from.block, to.block, to.partition);
    return from.block == to.block ? 0 : raw_edge(r, from.block, to.block);
}

long raw_op_depend(struct store *s, uint32_t later, uint32_t first) {
    struct raw_store *r = (struct raw_store *)s;
    if (later >= s->blocks || first >= s->blocks)
        return -E_INVALID;
    if (r->records + 1 > RAW_RECORDS)
        return -E_FULL;
    return later == first ? 0 : raw_edge(r, later, first);
}
