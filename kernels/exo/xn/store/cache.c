/* SPDX-License-Identifier: MIT */
/* cache.c -- blocks come into core, are mapped, and leave it. What is in core is in frames that
 * nobody can write to but by a mapping that was permitted here. */
#include "exo/defence.h"
#include "exo/xn/store/record.h"
#include "exo/xn/store/taint.h"
#include "exo/xn/store/words.h"
#include "lib/error.h"
#include "lib/string.h"

int xn_vouch(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_extent child) {
    struct target t;
    struct xn_extent of;
    int error = target_look(x, at.volume, at.block, &t) ?: (child.count > XN_RUN ? -E_COST : 0);
    if (!error && !t.v->types->meta->knows)
        return words_vouch(x, who, &t, child);
    error = error ?: xn_owns_block(t.v->types, &t.site, at.partition, child.block, &of);
    if (error)
        return error;
    bool all = child.count && child.block - of.block + child.count <= of.count;
    if (of.type != child.type || !child.count)
        return -E_INVALID;
    return (all ? 0 : owns_run(&t, at.partition, child))
               ?: entry_vouch(x, who->account, t.e, child);
}

int xn_read_begin(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block,
                  uint32_t frame) {
    if (volume >= XN_VOLUMES || !frame)
        return -E_INVALID;
    const struct xn_volume *v = &x->volume[volume];
    struct xn_entry *e = entry_find(x, volume, block);
    if (v->state != XN_ABSENT && block >= v->blocks)
        return -E_INVALID;
    if (e && e->flags & XN_COMING_IN)
        return -E_AGAIN;
    if (e && e->frame)
        return -E_EXISTS;
    if (e && entry_is_fresh(e) && DEFENDED(XN_STALE))
        return -E_INVALID;
    if (!e) {
        int error = entry_make(x, who->account, volume, block, &e);
        if (error)
            return error;
        e->flags |= XN_SPECULATIVE;
    }
    entry_give_frame(x, e, frame);
    e->flags |= XN_COMING_IN;
    return 0;
}

void xn_read_end(struct xn *x, uint32_t volume, uint32_t block, bool good) {
    struct xn_entry *e = entry_find(x, volume, block);
    if (!e || !(e->flags & XN_COMING_IN))
        return;
    e->flags &= (uint16_t)~XN_COMING_IN;
    if (good)
        return;
    struct xn_volume *v = &x->volume[volume];
    if (v->state == XN_RECOVERING && v->walk.depth &&
        v->walk.step[v->walk.depth - 1].block == block)
        v->read_only = true;
    if (entry_is_needed(x, e))
        entry_take_frame(x, 0, e);
    else
        entry_release(x, e);
}

/* Of metadata the block's own type says who may do that... */
static int metadata_may(struct xn *x, const struct xn_who *who, const struct xn_entry *e,
                        enum xn_operation operation) {
    struct target t;
    return target_look(x, e->volume, e->block, &t) ?: block_may(x, who, &t, operation);
}

/* May who asks change the block's bytes, of data; or its metadata? */
static int may_modify(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_entry *e) {
    struct xn_volume *v;
    int error = volume_to_change(x, e->volume, &v);
    if (error)
        return error;
    if (e->type < XN_BYTES || e->flags & XN_PINNED)
        return -E_PERM;
    if (entry_is_locked(x, e, who))
        return -E_BUSY;
    if (entry_is_metadata(v, e))
        return metadata_may(x, who, e, XN_WRITE);
    const struct xn_entry *p = entry_parent(x, e); /* ...of data the partition that owns it */
    return !p || p->block != at.block || at.volume != e->volume
               ? -E_PERM
               : child_may(x, who, at, e->block, XN_MODIFY);
}

/* Where the block is in a volume that is there. */
static int found(struct xn *x, uint32_t volume, uint32_t block, struct xn_entry **e) {
    *e = volume_of(x, volume) ? entry_find(x, volume, block) : NULL;
    return *e ? 0 : -E_NOT_FOUND;
}

int xn_insert(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block,
              uint32_t frame) {
    struct xn_entry *e;
    int error = found(x, at.volume, block, &e);
    if (error)
        return error;
    if (!frame || e->flags & XN_SPECULATIVE)
        return -E_INVALID;
    if (e->frame)
        return e->flags & XN_COMING_IN ? -E_AGAIN : -E_EXISTS;
    bool metadata = entry_is_metadata(&x->volume[at.volume], e);
    if (metadata && !entry_is_fresh(e))
        return -E_INVALID;
    error = metadata ? 0 : may_modify(x, who, at, e);
    if (error)
        return error;
    entry_give_frame(x, e, frame);
    if (metadata && DEFENDED(XN_FRESH_ZEROS))
        memset(entry_bytes(x, e), 0, XN_BLOCK_BYTES);
    entry_changed(x, e);
    return 0;
}

/* Who may see the block? Its own metadata anybody may who may look at it. */
static int may_map(struct xn *x, const struct xn_who *who, struct xn_at at, struct xn_entry *e,
                   bool writable) {
    if (e->flags & XN_PINNED)
        return writable ? -E_PERM : 0;
    if (e->flags & XN_SPECULATIVE && DEFENDED(XN_SPECULATION))
        return -E_INVALID;
    if (entry_is_metadata(&x->volume[at.volume], e))
        return writable ? -E_PERM : metadata_may(x, who, e, XN_LOOK);
    if (writable)
        return may_modify(x, who, at, e);
    const struct xn_entry *p = entry_parent(x, e);
    return p && p->block == at.block ? child_may(x, who, at, e->block, XN_READ) : -E_PERM;
}

int xn_map(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block, bool writable) {
    struct xn_entry *e;
    int error = found(x, at.volume, block, &e) ?: entry_readable(x, e)
                                               ?: may_map(x, who, at, e, writable);
    if (error)
        return error;
    entry_count_maps(x, e);
    if (e->maps == UINT16_MAX || (writable && e->writers == UINT8_MAX))
        return -E_SHARE;
    e->maps++;
    e->writers = (uint8_t)(e->writers + writable);
    if (writable && e->version == e->submitted)
        entry_changed(x, e);
    return 0;
}

void xn_unmapped(struct xn *x, uint32_t entry, bool writable) {
    struct xn_entry *e = &x->entry[entry];
    e->maps--;
    e->writers = (uint8_t)(e->writers - writable);
}

int xn_evict(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block) {
    struct xn_entry *e = volume < XN_VOLUMES ? entry_find(x, volume, block) : NULL;
    if (!e)
        return -E_NOT_FOUND;
    if (e->flags & (XN_COMING_IN | XN_GOING_OUT) && DEFENDED(XN_EVICT_FLYING))
        return -E_AGAIN;
    entry_count_maps(x, e);
    if (e->maps || e->flags & XN_PINNED || (xn_is_dirty(e) && DEFENDED(XN_EVICT_CLEAN)))
        return -E_BUSY;
    bool stays = entry_is_needed(x, e) || entry_is_locked(x, e, who);
    if (stays && !e->frame)
        return -E_BUSY;
    if (stays)
        return entry_take_frame(x, who->account, e);
    entry_release(x, e);
    return 0;
}

int xn_lock(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block) {
    struct xn_entry *e;
    int error = found(x, at.volume, block, &e) ?: may_modify(x, who, at, e);
    if (!error)
        e->locked_by = who->environment;
    return error;
}

int xn_unlock(struct xn *x, const struct xn_who *who, uint32_t volume, uint32_t block) {
    struct xn_entry *e;
    int error = found(x, volume, block, &e);
    if (error || e->locked_by != who->environment)
        return error ? error : -E_PERM;
    e->locked_by = 0;
    return 0;
}

int xn_set_user(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block,
                const uint32_t user[2]) {
    struct xn_entry *e;
    int error = found(x, at.volume, block, &e) ?: may_modify(x, who, at, e);
    if (error)
        return error;
    e->user[0] = user[0];
    e->user[1] = user[1];
    return 0;
}
