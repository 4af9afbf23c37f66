/* SPDX-License-Identifier: MIT */
/* writeback.c -- a block's way to the disk. Anybody may send it; only the order is checked, and at
 * the moment at which it begins. What was waiting for it is released at the end, by a flush. */
#include "exo/defence.h"
#include "exo/xn/store/record.h"
#include "exo/xn/store/registry.h"
#include "exo/xn/store/taint.h"
#include "exo/xn/store/words.h"
#include "lib/error.h"

/* Records that take effect in one call; so many levels of a tree count as one. */
enum { SHARE = 64, LEVELS = 8 };

/* The durable version's effects; false: the share is used up. */
static bool settle_one(struct xn *x, struct xn_entry *e, unsigned *share) {
    unsigned cost = e->flags & XN_INITIALISED ? 0 : taint_initialised(x, e) / LEVELS;
    if (DEFENDED(XN_SETTLE_SHARE))
        *share -= cost < *share ? cost : *share - 1;
    for (; *share; --*share)
        if (!record_release_one(x, e))
            return true;
    return false;
}

int xn_settle(struct xn *x, uint32_t volume) {
    const struct xn_volume *v = &x->volume[volume];
    for (unsigned share = SHARE; v->queued && is_durable(x, &x->entry[v->queue]); share--) {
        struct xn_entry *e = &x->entry[v->queue];
        if (!share || !settle_one(x, e, &share))
            return -E_AGAIN;
        queue_out(x, e);
    }
    return 0;
}

/* May this version be on the disk now? */
static int order_of(struct xn *x, const struct xn_volume *v, const struct xn_entry *e) {
    const struct xn_entry *super = entry_find(x, e->volume, 0);
    bool marked = version_is_durable(x, super, v->unclean) || !DEFENDED(XN_UNCLEAN_FIRST);
    if (e != super && (v->state == XN_CLOSING || !marked))
        return -E_ORDER;
    if (!word_is_durable(x, e))
        return -E_ORDER;
    if ((!e->taints && !e->waits) || taint_reach(x, e) == REACH_TEMPORARY)
        return 0;
    if (e->waits && DEFENDED(XN_WAITS))
        return -E_ORDER;
    return e->taints && DEFENDED(XN_TAINT) && taint_reach(x, e) == REACH_PERSISTENT ? -E_TAINTED
                                                                                    : 0;
}

int xn_write_begin(struct xn *x, uint32_t volume, uint32_t block, uint32_t *frame) {
    struct xn_volume *v = volume < XN_VOLUMES ? &x->volume[volume] : NULL;
    struct xn_entry *e = v && v->state >= XN_SETTLING ? entry_find(x, volume, block) : NULL;
    if (!e)
        return -E_NOT_FOUND;
    int error = v->read_only ? -E_READ_ONLY : entry_in_core(x, e);
    if (error || !xn_is_dirty(e))
        return error ? error : -E_INVALID;
    int more = xn_settle(x, volume);
    error = order_of(x, v, e);
    if (error)
        return more ? more : error;
    entry_count_maps(x, e);
    queue_out(x, e); /* until this one's end */
    e->submitted = e->version;
    e->flags = (uint16_t)((e->flags | XN_GOING_OUT) & ~XN_FAILED);
    /* What recovery has changed has no parent in core: it is changed again when one vouches. */
    if (v->state == XN_SETTLING && !(e->flags & XN_PINNED) && DEFENDED(XN_RECOVERED_WAITS)) {
        e->flags |= XN_SPECULATIVE;
        e->type = 0;
    }
    v->dirty--;
    v->flying++;
    /* What is written to it from now on is another version. */
    if (e->writers && DEFENDED(XN_WRITTEN_AGAIN))
        entry_changed(x, e);
    if (!DEFENDED(XN_FREE_AT_END))
        while (record_release_one(x, e))
            continue;
    *frame = e->frame;
    return 0;
}

void xn_write_end(struct xn *x, uint32_t volume, uint32_t block, bool good) {
    struct xn_entry *e = entry_find(x, volume, block);
    struct xn_volume *v = &x->volume[volume];
    if (!e || !(e->flags & XN_GOING_OUT))
        return;
    bool was_dirty = xn_is_dirty(e);
    e->flags &= (uint16_t)~XN_GOING_OUT;
    e->epoch = v->epoch;
    v->flying--;
    if (!good && DEFENDED(XN_FAILED_DIRTY))
        e->flags |= XN_FAILED;
    else if (!DEFENDED(XN_DIRTY_AT_BEGIN))
        e->submitted = e->version;
    v->dirty += (uint32_t)(xn_is_dirty(e) - was_dirty);
    if (good)
        queue_in(x, e);
}

int64_t xn_flush_begin(struct xn *x, uint32_t volume) {
    if (volume >= XN_VOLUMES || x->volume[volume].state == XN_ABSENT)
        return -E_NOT_FOUND;
    if (x->volume[volume].epoch == UINT32_MAX - 1)
        return -E_COST;
    return x->volume[volume].epoch++;
}

void xn_flush_end(struct xn *x, uint32_t volume, uint32_t flush, bool good) {
    struct xn_volume *v = &x->volume[volume];
    if (good && flush < v->epoch && v->flushed <= flush)
        v->flushed = flush + 1;
}
