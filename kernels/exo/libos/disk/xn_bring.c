/* SPDX-License-Identifier: MIT */
/* xn_bring.c -- blocks of a store over XN come into core and into the window. */
#include "exo/libos/disk/xn_own.h"
#include "lib/error.h"
#include "lib/string.h"

/* A block gets a frame with zeroes. */
long xn_insert_empty(struct xn_store *x, uint64_t at, uint32_t block) {
    uint64_t frame = xn_frame(x);
    return frame ? xn_act(x, EXO_XN_INSERT, at, block, frame, 0) : -E_FULL;
}

/* The registry knows whose child the block is. */
static long vouch(struct xn_store *x, const struct store_child *child, uint32_t block) {
    const volatile struct xn_entry *e = xn_entry(x, block);
    struct xn_extent one = child->at;
    if (!child->parent || (e && e->parent))
        return 0;
    one.block = block;
    one.count = 1;
    return xn_act(x, EXO_XN_VOUCH, EXO_XN_AT(child->parent, child->partition), 0, word_of(one), 0);
}

/* It is in core. */
static long bring(struct xn_store *x, const struct store_child *child, uint32_t block,
                  enum store_use use) {
    const volatile struct xn_entry *e = xn_entry(x, block);
    if (e && e->flags & XN_COMING_IN)
        xn_wait(x);
    long error = vouch(x, child, block);
    e = xn_entry(x, block);
    bool is_there = e && e->frame;
    x->store.counts.missed += !is_there;
    x->store.counts.found += is_there;
    if (error || is_there)
        return error;
    return use == STORE_NEW || (e && xn_entry_fresh(e))
               ? xn_insert_empty(x, EXO_XN_AT(child->parent, child->partition), block)
               : xn_read_in(x, block, 1);
}

/* New data, and a page that shows them. */
static long bring_new(struct xn_store *x, const struct store_child *child, uint32_t block,
                      struct xn_page **page) {
    const volatile struct xn_entry *e = xn_entry(x, block);
    long error = vouch(x, child, block);
    if (error || (e && e->frame) || xn_page_of(x, block))
        return error;
    uint64_t frame = xn_frame(x);
    x->store.counts.missed++;
    return frame ? xn_show_new(x, child, block, frame, page) : -E_FULL;
}

static long get_slow(struct xn_store *x, const struct store_child *child, uint32_t block,
                     enum store_use use, unsigned char **bytes) {
    bool writable = use != STORE_READ, is_zero = false;
    struct xn_page *p = xn_page_of(x, block);
    if (block >= x->store.blocks)
        return -E_INVALID;
    if (writable)
        xn_note_dirty(x, block);
    long error = 0;
    if (use == STORE_NEW && !p) {
        error = bring_new(x, child, block, &p);
        is_zero = p != NULL;
    }
    if (!error && !p)
        error = bring(x, child, block, use);
    if (!error && (!p || (writable && !p->writable)))
        error = p && p->holds ? -E_BUSY : xn_show(x, child, block, writable, &p);
    if (error)
        return error;
    p->used = true;
    p->holds++;
    *bytes = xn_page_at(x, p);
    if (use == STORE_NEW && !is_zero)
        memset(*bytes, 0, STORE_BLOCK);
    return 0;
}

long xn_op_get(struct store *s, const struct store_child *child, uint32_t index, enum store_use use,
               unsigned char **bytes) {
    struct xn_store *x = xn_store_of(s);
    uint32_t block = child->at.block + index;
    struct xn_page *p = xn_page_of(x, block);
    if (index >= child->at.count)
        return -E_INVALID;
    if (!p || use != STORE_READ)
        return get_slow(x, child, block, use, bytes);
    s->counts.found++;
    p->used = true;
    p->holds++;
    *bytes = xn_page_at(x, p);
    return 0;
}

void xn_op_put(struct store *s, uint32_t block) {
    xn_page_of(xn_store_of(s), block)->holds--;
}

const unsigned char *xn_op_peek(struct store *s, uint32_t block) {
    const struct xn_store *x = xn_store_of(s);
    struct xn_page *p = xn_page_of(x, block);
    if (!p)
        return NULL;
    p->used = true;
    return xn_page_at(x, p);
}

void xn_op_fetch(struct store *s, uint32_t block, uint32_t count) {
    if (block < s->blocks)
        (void)xn_read_in(xn_store_of(s), block,
                         count < s->blocks - block ? count : s->blocks - block);
}

bool xn_op_cached(struct store *s, uint32_t block) {
    const struct xn_store *x = xn_store_of(s);
    const volatile struct xn_entry *e = xn_entry(x, block);
    return e && e->frame && !(e->flags & XN_COMING_IN);
}

uint32_t xn_op_parent(struct store *s, uint32_t block) {
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    const volatile struct xn_entry *e = xn_entry(xn_store_of(s), block);
    return e && e->parent && entry[e->parent].type != XN_ROOT ? entry[e->parent].block : 0;
}

/* One pair is in core and vouched for, but the new one has no frame. */
static long rebind_one(struct xn_store *x, const struct store_child *from, uint32_t a,
                       const struct store_child *to, uint32_t b) {
    const volatile struct xn_entry *e = xn_entry(x, a);
    long error = xn_hide(x, a);
    if (!error && (!e || !e->frame || e->flags & (XN_SPECULATIVE | XN_COMING_IN)))
        error = bring(x, from, a, STORE_READ);
    e = xn_entry(x, b);
    if (!error && !e) {
        error = vouch(x, to, b);
        e = xn_entry(x, b);
    }
    if (!error && e && e->frame)
        error = xn_hide(x, b);
    if (!error && e && e->frame)
        error = xn_act(x, EXO_XN_EVICT, 0, b, 0, 0);
    return error;
}

/* All of these pairs. */
static long rebind_prepare(struct xn_store *x, const struct store_child *from,
                           const struct store_child *to, uint32_t count) {
    const volatile struct xn_entry *e = xn_entry(x, from->at.block);
    long error = 0;
    if (count > 1 && e && e->flags & XN_SPECULATIVE) /* all that was read ahead, at once */
        error = xn_act(
            x, EXO_XN_VOUCH, EXO_XN_AT(from->parent, from->partition), 0,
            word_of((struct xn_extent){from->at.block, (uint16_t)count, from->at.type, 0}), 0);
    for (uint32_t i = 0; i < count && !error; i++)
        error = rebind_one(x, from, from->at.block + i, to, to->at.block + i);
    return error;
}

static long rebind_ask(struct xn_store *x, const struct store_child *from,
                       const struct store_child *to, uint32_t count) {
    return xn_act(x, EXO_XN_REBIND, EXO_XN_AT(to->parent, to->partition), to->at.block,
                  from->at.block | (uint64_t)count << 32, EXO_XN_AT(from->parent, from->partition));
}

/* Most often nothing is to be prepared: XN says where something is. */
long xn_op_rebind(struct store *s, const struct store_child *from, const struct store_child *to) {
    struct xn_store *x = xn_store_of(s);
    const uint32_t left = from->at.count < to->at.count ? from->at.count : to->at.count;
    const uint32_t count = left < XN_REBIND_RUN ? left : XN_REBIND_RUN;
    for (uint32_t i = 0; i < count; i++)
        xn_note_dirty(x, to->at.block + i);
    long done = rebind_ask(x, from, to, count);
    if (done < 0) {
        long error = rebind_prepare(x, from, to, count);
        done = error ? error : rebind_ask(x, from, to, count);
    }
    return done;
}
