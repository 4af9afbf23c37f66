/* SPDX-License-Identifier: MIT */
/* xn_edit.c -- blocks of metadata change, by XN's calls. */
#include "exo/libos/disk/xn_own.h"
#include "lib/error.h"

static long change(struct xn_store *x, unsigned operation, struct store_at at,
                   struct xn_extent child, const struct store_at *other) {
    static const struct store_at none;
    long result;
    xn_note_dirty(x, at.block);
    if (child.count)
        xn_note_words(x);
    if (other)
        xn_note_dirty(x, other->block);
    else
        other = &none;
    do
        result =
            exo_xn_change(xn_how(x, operation), EXO_XN_AT(at.block, at.partition), word_of(child),
                          at.changes, EXO_XN_AT(other->block, other->partition), other->changes);
    while (xn_again(x, &result));
    x->store.counts.changes += !result;
    return result;
}

long xn_op_alloc(struct store *s, struct store_at at, struct xn_extent child) {
    struct xn_store *x = xn_store_of(s);
    bool metadata = child.type != XN_BYTES;
    uint64_t frame = metadata ? xn_frame(x) : 1;
    if (!frame)
        return -E_FULL;
    if (metadata)
        xn_note_dirty(x, child.block);
    long error = change(x, XN_ALLOC, at, child, NULL);
    if (error || !metadata)
        return error;
    return xn_act(x, EXO_XN_INSERT, EXO_XN_AT(at.block, at.partition), child.block, frame, 0);
}

long xn_op_free(struct store *s, struct store_at at, struct xn_extent child) {
    struct xn_store *x = xn_store_of(s);
    long error = 0;
    for (uint32_t i = 0; i < child.count && !error; i++)
        error = xn_hide(x, child.block + i);
    return error ? error : change(x, XN_FREE, at, child, NULL);
}

long xn_op_write(struct store *s, struct store_at at) {
    return change(xn_store_of(s), XN_WRITE, at, (struct xn_extent){0}, NULL);
}

long xn_op_move(struct store *s, struct store_at from, struct store_at to, struct xn_extent child) {
    return change(xn_store_of(s), XN_MOVE_OUT, from, child, &to);
}

long xn_op_depend(struct store *s, uint32_t later, uint32_t first) {
    return later == first ? 0 : xn_act(xn_store_of(s), EXO_XN_DEPEND, 0, later, first, 0);
}
