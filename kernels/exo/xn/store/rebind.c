/* SPDX-License-Identifier: MIT */
/* rebind.c -- frames of data in core become those of other blocks: nobody reads or writes a byte.
 * Who asks may read the ones and modify the others. */
#include "exo/defence.h"
#include "exo/xn/store/target.h"
#include "lib/error.h"

/* May who asks do this to these blocks, which the partition is to own? */
static int run_may(struct xn *x, const struct xn_who *who, struct xn_at at, uint32_t block,
                   uint32_t count, enum xn_operation operation) {
    const struct xn_entry *e = entry_find(x, at.volume, block);
    struct target t;
    int error = e ? target_look(x, at.volume, at.block, &t) : -E_NOT_FOUND;
    if (!error && t.v->types->meta->knows)
        error = owns_run(&t, at.partition, (struct xn_extent){block, (uint16_t)count, e->type, 0});
    for (uint32_t i = 0; i < count && !error; i++)
        if (!i || !t.v->types->meta->knows)
            error = child_may(x, who, at, block + i, operation);
    return error;
}

/* In core, as the disk has it, and in nobody's memory: so nobody sees the frame change its name. */
static int may_leave(struct xn *x, const struct xn_who *who, struct xn_entry *e, uint32_t parent) {
    const struct xn_entry *p = entry_parent(x, e);
    if (e->flags & (XN_COMING_IN | XN_GOING_OUT))
        return -E_AGAIN;
    if (!e->frame)
        return block_needed(x, e->volume, e->block);
    if (e->flags & XN_SPECULATIVE || !p || p->block != parent)
        return -E_INVALID;
    entry_count_maps(x, e);
    return (e->maps && DEFENDED(XN_REBIND_MAPPED)) || entry_is_locked(x, e, who) ||
                   (xn_is_dirty(e) && DEFENDED(XN_REBIND_DIRTY))
               ? -E_BUSY
               : 0;
}

static int may_come(struct xn *x, const struct xn_who *who, const struct xn_entry *e,
                    uint32_t parent) {
    const struct xn_entry *p = entry_parent(x, e);
    if (e->frame)
        return e->flags & XN_COMING_IN ? -E_AGAIN : -E_EXISTS;
    if (e->flags & XN_SPECULATIVE || !p || p->block != parent)
        return -E_INVALID;
    return entry_is_locked(x, e, who) ? -E_BUSY : 0;
}

static bool is_data(const struct xn_volume *v, const struct xn_entry *e) {
    return e->type >= XN_BYTES && !entry_is_metadata(v, e) && !(e->flags & XN_PINNED);
}

/* The registry's reference to the frame goes from the one to the other. */
static int pass_on(struct xn *x, const struct xn_who *who, struct xn_entry *from,
                   struct xn_entry *to) {
    const uint32_t frame = from->frame;
    bool stays = entry_is_needed(x, from);
    int error = stays ? entry_charge(x, who->account, from) : 0;
    if (error)
        return error;
    from->frame = 0;
    if (!stays)
        entry_release(x, from);
    entry_give_frame(x, to, frame);
    entry_changed(x, to);
    return 0;
}

int64_t xn_rebind(struct xn *x, const struct xn_who *who, struct xn_at from_at, uint32_t from,
                  struct xn_at to_at, uint32_t to, uint32_t count) {
    struct xn_volume *v;
    uint32_t done = 0;
    int error = count && count <= XN_REBIND_RUN && from_at.volume == to_at.volume ? 0 : -E_INVALID;
    error = error ?: volume_to_change(x, to_at.volume, &v);
    if (!error && DEFENDED(XN_REBIND_READ))
        error = run_may(x, who, from_at, from, count, XN_READ);
    if (!error && DEFENDED(XN_REBIND_MODIFY))
        error = run_may(x, who, to_at, to, count, XN_MODIFY);
    for (; !error && done < count; done += !error) {
        struct xn_entry *a = entry_find(x, from_at.volume, from + done);
        struct xn_entry *b = entry_find(x, to_at.volume, to + done);
        if (!a || !b || a == b)
            error = a == b && a ? -E_INVALID : -E_NOT_FOUND;
        else
            error = (is_data(v, a) && is_data(v, b) ? 0 : -E_INVALID)
                        ?: may_leave(x, who, a, from_at.block)
                        ?: may_come(x, who, b, to_at.block)
                        ?: pass_on(x, who, a, b);
    }
    return done ? (int64_t)done : error;
}
