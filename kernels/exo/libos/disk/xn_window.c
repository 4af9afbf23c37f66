/* SPDX-License-Identifier: MIT */
/* xn_window.c -- the pages in which a store over XN sees blocks. A block that is mapped stays where
 * it is: so what is found here needs no second look at the registry. */
#include "exo/libos/disk/xn_core.h"
#include "exo/libos/exposed.h"
#include "lib/error.h"

static uint32_t *bucket_of(const struct xn_store *x, uint32_t block) {
    return &x->bucket[block & (x->buckets - 1)];
}

struct xn_page *xn_page_of(const struct xn_store *x, uint32_t block) {
    for (uint32_t i = *bucket_of(x, block); i; i = x->page[i].next)
        if (x->page[i].block == block)
            return &x->page[i];
    return NULL;
}

static void unlink(struct xn_store *x, const struct xn_page *p) {
    uint32_t *link = bucket_of(x, p->block), number = (uint32_t)(p - x->page);
    while (*link != number)
        link = &x->page[*link].next;
    *link = p->next;
}

static void link(struct xn_store *x, struct xn_page *p, uint32_t block) {
    uint32_t *bucket = bucket_of(x, block);
    p->block = block;
    p->next = *bucket;
    *bucket = (uint32_t)(p - x->page);
}

static void unmap(const struct xn_store *x, struct xn_page *p) {
    const struct exo_pages gone = {(uint64_t)xn_page_at(x, p), 0, 1};
    if (p->mapped)
        exo_page_update(0, 0, x->slot, &gone, 1, 0);
    p->mapped = p->writable = false;
}

/* It shows nothing. */
static void give_up(struct xn_store *x, struct xn_page *p) {
    p->block = 0;
    p->next = x->spare;
    x->spare = (uint32_t)(p - x->page);
}

static void forget(struct xn_store *x, struct xn_page *p) {
    store_unshow(&x->store, p->block);
    unmap(x, p);
    unlink(x, p);
    give_up(x, p);
}

long xn_hide(struct xn_store *x, uint32_t block) {
    struct xn_page *p = xn_page_of(x, block);
    if (p && p->holds)
        return -E_BUSY;
    if (p)
        forget(x, p);
    return 0;
}

void xn_close_page(struct xn_store *x, uint32_t block) {
    struct xn_page *p = xn_page_of(x, block);
    if (!p || !p->writable || p->holds)
        return;
    const struct exo_protect closed = {(uint64_t)xn_page_at(x, p), 1, EXO_WRITE, 0};
    exo_page_protect(0, 0, x->slot, &closed, 1, 0);
    p->writable = false;
}

/* The next page that nobody has used since the hand came by, or null. */
static struct xn_page *idle(struct xn_store *x) {
    for (uint32_t looks = 2 * x->taken; looks; looks--) {
        struct xn_page *p = &x->page[x->hand = x->hand % x->taken + 1];
        if (p->block && !p->holds && !p->used)
            return p;
        p->used = false;
    }
    return NULL;
}

uint64_t xn_hide_one(struct xn_store *x) {
    for (uint32_t tries = x->taken; tries; tries--) {
        struct xn_page *p = idle(x);
        if (!p)
            return 0;
        const volatile struct xn_entry *e = xn_entry(x, p->block);
        forget(x, p);
        if (e && e->frame && !xn_entry_dirty(e) && !(e->flags & (XN_PINNED | XN_GOING_OUT)))
            return e->frame;
    }
    return 0;
}

/* One that shows nothing, or null. */
static struct xn_page *page_for(struct xn_store *x) {
    struct xn_page *p;
    if (!x->spare && x->taken < x->pages)
        give_up(x, &x->page[++x->taken]);
    else if (!x->spare && (p = idle(x)))
        forget(x, p);
    if (!x->spare)
        return NULL;
    p = &x->page[x->spare];
    x->spare = p->next;
    return p;
}

static long map(struct xn_store *x, const struct store_child *child, const struct xn_page *p,
                bool writable) {
    uint64_t bits = EXO_NO_EXEC | (writable ? EXO_WRITE : 0) | x->sharing.bits;
    long result;
    do
        result = exo_xn_block(xn_how(x, EXO_XN_MAP), EXO_XN_AT(child->parent, child->partition),
                              p->block, (uint64_t)xn_page_at(x, p), bits);
    while (xn_again(x, &result));
    return result;
}

long xn_show(struct xn_store *x, const struct store_child *child, uint32_t block, bool writable,
             struct xn_page **page) {
    struct xn_page *p = xn_page_of(x, block);
    if (!p) {
        p = page_for(x);
        if (!p)
            return -E_FULL;
        link(x, p, block);
    } else {
        store_unshow(&x->store, block);
        unmap(x, p); /* it becomes writable */
    }
    p->holds++; /* the frame that a read needs is not this one's */
    long error = map(x, child, p, writable);
    p->holds--;
    if (error) {
        unlink(x, p);
        give_up(x, p);
        return error;
    }
    p->mapped = true;
    p->writable = writable;
    *page = p;
    return 0;
}

long xn_show_new(struct xn_store *x, const struct store_child *child, uint32_t block,
                 uint64_t frame, struct xn_page **page) {
    struct xn_page *p = page_for(x);
    long error;
    if (!p)
        return -E_FULL;
    do {
        error = exo_xn_block(xn_how(x, EXO_XN_INSERT), EXO_XN_AT(child->parent, child->partition),
                             block, frame, (uint64_t)xn_page_at(x, p) | x->sharing.bits);
        if (error == -E_NO_MEMORY && (frame = xn_any_frame(x)))
            error = -E_AGAIN;
    } while (xn_again(x, &error));
    if (error) {
        give_up(x, p);
        return error;
    }
    link(x, p, block);
    p->mapped = p->writable = true;
    *page = p;
    return 0;
}
