/* SPDX-License-Identifier: MIT */
/* registry.c -- see registry.h. */
#include "exo/xn/store/registry.h"

#include "exo/defence.h"
#include "exo/xn/store/taint.h"
#include "lib/error.h"
#include "lib/string.h"

static uint32_t *bucket_of(const struct xn *x, uint32_t volume, uint32_t block) {
    return &x->bucket[xn_bucket(x->buckets, volume, block)];
}

void xn_start(struct xn *x) {
    memset(x->bucket, 0, x->buckets * sizeof *x->bucket);
    memset(x->list, 0, (x->entries + 1) * sizeof *x->list);
    x->free_entry = x->free_record = 0;
    x->entry[0].block = 0;
    for (uint32_t i = x->entries; i; i--) {
        x->entry[i] = (struct xn_entry){.next = x->free_entry};
        x->free_entry = i;
    }
    for (uint32_t i = x->records; i; i--) {
        x->record[i] = (struct xn_record){.next = x->free_record};
        x->free_record = i;
    }
    x->account[0] =
        (struct xn_account){.open = true, .entry_limit = x->entries, .record_limit = x->records};
}

int xn_account_open(struct xn *x, uint32_t entry_limit, uint32_t record_limit) {
    for (int i = 1; i < XN_ACCOUNTS; i++) {
        struct xn_account *a = &x->account[i];
        if (a->open || a->entries || a->records)
            continue;
        *a = (struct xn_account){
            .open = true, .entry_limit = entry_limit, .record_limit = record_limit};
        return i;
    }
    return -E_FULL;
}

void xn_account_close(struct xn *x, uint16_t account) {
    x->account[account].open = false;
}

int volume_to_change(struct xn *x, uint32_t volume, struct xn_volume **v) {
    *v = volume_of(x, volume);
    return !*v ? -E_NOT_FOUND : (*v)->read_only ? -E_READ_ONLY : 0;
}

uint32_t xn_lookup(const struct xn *x, uint32_t volume, uint32_t block) {
    const struct xn_entry *e = entry_find(x, volume, block);
    return e ? entry_number(x, e) : 0;
}

struct xn_entry *entry_new(struct xn *x, uint16_t account, uint32_t volume, uint32_t block) {
    struct xn_entry *e = &x->entry[x->free_entry];
    uint32_t *bucket = bucket_of(x, volume, block), number = x->free_entry;
    x->free_entry = e->next;
    if (number > x->entry[0].block)
        x->entry[0].block = number;
    x->used_entries++;
    x->account[account].entries++;
    *e = (struct xn_entry){.block = block,
                           .volume = (uint8_t)volume,
                           .next = *bucket,
                           .flags = XN_COUNTED,
                           .account = account};
    *bucket = number;
    return e;
}

int entry_make(struct xn *x, uint16_t account, uint32_t volume, uint32_t block,
               struct xn_entry **made) {
    int error = entries_left(x, account, 1);
    if (!error)
        *made = entry_new(x, account, volume, block);
    return error;
}

static void uncount(struct xn *x, struct xn_entry *e) {
    if (e->flags & XN_COUNTED)
        x->account[e->account].entries--;
    e->flags &= (uint16_t)~XN_COUNTED;
}

void queue_in(struct xn *x, struct xn_entry *e) {
    struct xn_volume *v = &x->volume[e->volume];
    uint32_t number = entry_number(x, e), first = v->queued++ ? v->queue : number;
    uint32_t last = first == number ? number : x->queue[first].prev;
    x->queue[number] = (struct xn_queued){first, last};
    x->queue[last].next = x->queue[first].prev = number;
    v->queue = first;
    e->flags |= XN_QUEUED;
}

void queue_out(struct xn *x, struct xn_entry *e) {
    struct xn_volume *v = &x->volume[e->volume];
    uint32_t number = entry_number(x, e);
    struct xn_queued q = x->queue[number];
    if (!(e->flags & XN_QUEUED))
        return;
    x->queue[q.prev].next = q.next;
    x->queue[q.next].prev = q.prev;
    if (v->queue == number)
        v->queue = q.next;
    v->queued--;
    e->flags &= (uint16_t)~XN_QUEUED;
}

void entry_release(struct xn *x, struct xn_entry *e) {
    uint32_t *link = bucket_of(x, e->volume, e->block), number = entry_number(x, e);
    while (*link != number)
        link = &x->entry[*link].next;
    *link = e->next;
    if (xn_is_dirty(e))
        x->volume[e->volume].dirty--;
    queue_out(x, e);
    entry_detach(x, e);
    uncount(x, e);
    if (e->frame)
        x->left(x->owner, e->frame);
    *e = (struct xn_entry){.next = x->free_entry};
    x->free_entry = number;
    x->used_entries--;
}

bool entry_is_needed(const struct xn *x, const struct xn_entry *e) {
    const struct xn_entry *p = entry_parent(x, e);
    const uint16_t flags =
        XN_COMING_IN | XN_GOING_OUT | XN_UNATTACHED | XN_QUEUED | XN_PINNED | XN_TEMPORARY;
    /* A pointer that no version on the disk has yet: who vouches again would not know that. */
    bool young = p && e->born > p->submitted;
    bool edge = p && taint_reaches_parent(x, e) && DEFENDED(XN_EDGE_STAYS);
    return e->flags & flags || e->children || e->taints || e->waits || e->maps || young || edge ||
           x->list[entry_number(x, e)] || xn_is_dirty(e);
}

void entry_give_frame(struct xn *x, struct xn_entry *e, uint32_t frame) {
    uncount(x, e);
    e->frame = frame;
}

int entry_charge(struct xn *x, uint16_t account, struct xn_entry *e) {
    struct xn_account *a = &x->account[account];
    if (a->entries >= a->entry_limit && DEFENDED(XN_QUOTA))
        return -E_QUOTA;
    a->entries++;
    e->account = account;
    e->flags |= XN_COUNTED;
    e->frame = 0;
    return 0;
}

int entry_take_frame(struct xn *x, uint16_t account, struct xn_entry *e) {
    const uint32_t frame = e->frame;
    int error = entry_charge(x, account, e);
    if (!error)
        x->left(x->owner, frame);
    return error;
}

enum xn_state xn_state(const struct xn_entry *e) {
    if (e->flags & XN_COMING_IN)
        return XN_READING;
    return !e->frame ? XN_EMPTY : e->flags & XN_GOING_OUT ? XN_WRITING : XN_VALID;
}

void entry_attach(struct xn *x, struct xn_entry *e, struct xn_entry *parent) {
    e->parent = entry_number(x, parent);
    parent->children++;
    if (taint_reaches_parent(x, e))
        taint_raise(x, parent);
    for (unsigned height = e->height; parent && parent->height <= height; height++) {
        parent->height = (uint8_t)(height + 1);
        parent = entry_parent(x, parent);
    }
}

void entry_detach(struct xn *x, struct xn_entry *e) {
    struct xn_entry *parent = entry_parent(x, e);
    if (!parent)
        return;
    if (taint_reaches_parent(x, e))
        taint_lower(x, parent);
    parent->children--;
    e->parent = 0;
}

int entry_vouch(struct xn *x, uint16_t account, struct xn_entry *parent, struct xn_extent child) {
    uint32_t missing = 0;
    for (uint32_t i = 0; i < child.count; i++)
        missing += !entry_find(x, parent->volume, child.block + i);
    int error = (missing ? entries_left(x, account, missing) : 0)
                    ?: (taint_depth(x, parent) == XN_DEPTH ? -E_COST : 0);
    if (error)
        return error;
    for (uint32_t i = 0; i < child.count; i++) {
        struct xn_entry *e = entry_find(x, parent->volume, child.block + i);
        if (!e && entry_make(x, account, parent->volume, child.block + i, &e))
            return -E_FULL;
        if (e->parent || e->flags & XN_PINNED)
            continue;
        e->flags = (uint16_t)((e->flags | XN_INITIALISED) & ~XN_SPECULATIVE);
        e->type = child.type;
        /* In which version the pointer came is not known: in the newest that went to the disk, or
         * before, for the entry of one that did not cannot be forgotten (entry_is_needed). */
        e->born = parent->submitted;
        entry_attach(x, e, parent);
    }
    return 0;
}
