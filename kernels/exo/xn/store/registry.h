/* SPDX-License-Identifier: MIT */
/* registry.h -- entries of the registry: found, made, charged, given back. */
#ifndef EXO_XN_REGISTRY_H
#define EXO_XN_REGISTRY_H

#include "exo/defence.h"
#include "exo/xn/store/entry.h"
#include "lib/error.h"

/* The mounted volume of that number, or null. */
static inline struct xn_volume *volume_of(struct xn *x, uint32_t volume) {
    return volume < XN_VOLUMES && x->volume[volume].state == XN_MOUNTED ? &x->volume[volume] : NULL;
}
/* The same where it may be changed: -E_NOT_FOUND, -E_READ_ONLY. */
int volume_to_change(struct xn *x, uint32_t volume, struct xn_volume **v);

static inline struct xn_entry *entry_find(const struct xn *x, uint32_t volume, uint32_t block) {
    for (uint32_t i = x->bucket[xn_bucket(x->buckets, volume, block)]; i; i = x->entry[i].next)
        if (x->entry[i].block == block && x->entry[i].volume == volume)
            return &x->entry[i];
    return NULL;
}
/* One without data, with nothing known, on the account; there is one left. */
struct xn_entry *entry_new(struct xn *x, uint16_t account, uint32_t volume, uint32_t block);
/* The same where there may be none left: -E_FULL, -E_QUOTA. */
int entry_make(struct xn *x, uint16_t account, uint32_t volume, uint32_t block,
               struct xn_entry **made);
/* So many more would be made. */
static inline int entries_left(const struct xn *x, uint16_t account, uint32_t count) {
    const struct xn_account *a = &x->account[account];
    if (count > x->entries - x->used_entries)
        return -E_FULL;
    return a->entries + count > a->entry_limit && DEFENDED(XN_QUOTA) ? -E_QUOTA : 0;
}
/* Gone, its frame too; nothing may hang on it but its place among its parent's children. */
void entry_release(struct xn *x, struct xn_entry *e);
/* Does something hang on it that must not be forgotten? */
bool entry_is_needed(const struct xn *x, const struct xn_entry *e);
void entry_give_frame(struct xn *x, struct xn_entry *e, uint32_t frame);
/* It has a frame no more, and is on the account: -E_QUOTA. Whose the frame is, the caller says. */
int entry_charge(struct xn *x, uint16_t account, struct xn_entry *e);
/* The same, and the frame is the registry's no more. */
int entry_take_frame(struct xn *x, uint16_t account, struct xn_entry *e);

/* Into the queue of what is to be settled, as the last one; and out of it, if it is there. */
void queue_in(struct xn *x, struct xn_entry *e);
void queue_out(struct xn *x, struct xn_entry *e);

/* Holds block pointers? The roots' block does. */
static inline bool entry_is_metadata(const struct xn_volume *v, const struct xn_entry *e) {
    const struct xn_type *t = e->type < XN_TYPES_MAX ? v->types->type[e->type] : NULL;
    return e->type == XN_ROOT || (e->type >= XN_IMPORTED && t && !t->leaf);
}
/* Locked by another one that lives. */
static inline bool entry_is_locked(const struct xn *x, const struct xn_entry *e,
                                   const struct xn_who *who) {
    return e->locked_by && e->locked_by != who->environment && x->lives(x->owner, e->locked_by);
}
/* -E_NOT_IN_CORE, of this block. */
static inline int block_needed(struct xn *x, uint32_t volume, uint32_t block) {
    x->need.volume = (uint8_t)volume;
    x->need.block = block;
    return -E_NOT_IN_CORE;
}
/* 0: its bytes are there to be read. -E_NOT_IN_CORE, -E_AGAIN. */
static inline int entry_readable(struct xn *x, const struct xn_entry *e) {
    return !e->frame                 ? block_needed(x, e->volume, e->block)
           : e->flags & XN_COMING_IN ? -E_AGAIN
                                     : 0;
}
/* And no write of it is under way. */
static inline int entry_in_core(struct xn *x, const struct xn_entry *e) {
    return entry_readable(x, e) ?: (e->flags & XN_GOING_OUT ? -E_AGAIN : 0);
}
/* Is its newest version that went to the disk durable? */
static inline bool is_durable(const struct xn *x, const struct xn_entry *e) {
    const struct xn_volume *v = &x->volume[e->volume];
    return !(e->flags & (XN_GOING_OUT | XN_FAILED)) &&
           (!e->submitted || v->no_cache || v->flushed > e->epoch || !DEFENDED(XN_FLUSHED));
}
/* And `version` of it. */
static inline bool version_is_durable(const struct xn *x, const struct xn_entry *e,
                                      uint32_t version) {
    return e->submitted >= version && is_durable(x, e);
}
/* One more version. Callers have seen to it that the counter does not wrap. */
static inline void entry_changed(struct xn *x, struct xn_entry *e) {
    if (!xn_is_dirty(e))
        x->volume[e->volume].dirty++;
    e->version++;
}
/* The entry of a block of which that holds. */
static inline int block_in_core(struct xn *x, uint32_t volume, uint32_t block,
                                struct xn_entry **e) {
    *e = entry_find(x, volume, block);
    return *e ? entry_in_core(x, *e) : block_needed(x, volume, block);
}

/* Entries for blocks that the parent's bytes own: all of them, or none. -E_FULL, -E_QUOTA; -E_COST:
 * too deep; -E_AGAIN: one is being read, by whom nobody vouched for. */
int entry_vouch(struct xn *x, uint16_t account, struct xn_entry *parent, struct xn_extent child);

/* A child's place below its parent. */
void entry_attach(struct xn *x, struct xn_entry *e, struct xn_entry *parent);
void entry_detach(struct xn *x, struct xn_entry *e);

#endif
