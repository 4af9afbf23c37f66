/* SPDX-License-Identifier: MIT */
/* raw_cache.c -- which of a raw store's blocks are in memory, and in which page. */
#include "exo/libos/disk/raw_own.h"

#include "exo/libos/disk/raw_order.h"
#include "lib/error.h"
#include "lib/string.h"

/* The block's page holds nothing any more. */
void raw_forget(struct raw_store *r, uint32_t block) {
    struct raw_block *b = &r->block[block];
    if (b->page == NULL)
        return;
    store_unshow(&r->store, block);
    uint32_t last = r->cached[--r->cached_count];
    r->cached[b->place] = last;
    r->block[last].place = b->place;
    if (r->hand >= r->cached_count)
        r->hand = 0;
    r->spare[r->spares++] = b->page;
    b->page = NULL;
    b->used = 0;
}

/* A page for a block, from a clean one that nobody holds, if need be. */
static unsigned char *page_from_clean(struct raw_store *r, uint32_t block) {
    if (r->spares == 0) {
        uint32_t tries = 2 * r->cached_count;
        for (; tries > 0; tries--) {
            r->hand = r->hand + 1 < r->cached_count ? r->hand + 1 : 0;
            uint32_t b = r->cached[r->hand];
            struct raw_block *old = &r->block[b];
            if (old->used) {
                old->used = 0;
                continue;
            }
            if (old->holds || raw_is_dirty(r, b))
                continue;
            raw_forget(r, b);
            break;
        }
    }
    if (r->spares == 0)
        return NULL;
    r->block[block].place = r->cached_count;
    r->cached[r->cached_count++] = block;
    r->block[block].used = 1;
    return r->block[block].page = r->spare[--r->spares];
}

/* The same, and if all are dirty they are written first. */
unsigned char *raw_page_for(struct raw_store *r, uint32_t block) {
    unsigned char *page = page_from_clean(r, block);
    if (page == NULL && store_sync(&r->store, false) == 0)
        page = page_from_clean(r, block);
    return page;
}

static long read_in(struct raw_store *r, uint32_t block, uint32_t count) {
    unsigned char *page[RAW_RUN];
    long error = 0;
    uint32_t have = 0;
    while (have < count && error == 0) {
        page[have] = raw_page_for(r, block + have);
        if (page[have] == NULL)
            error = -E_FULL;
        else
            r->block[block + have++].holds++; /* so that the next one does not take it */
    }
    if (error == 0)
        error = raw_transfer(r, false, block, count, page);
    for (uint32_t i = 0; i < have; i++) {
        r->block[block + i].holds--;
        if (error < 0)
            raw_forget(r, block + i);
    }
    return error;
}

long raw_op_get(struct store *s, const struct store_child *child, uint32_t index,
                enum store_use use, unsigned char **bytes) {
    struct raw_store *r = (struct raw_store *)s;
    uint32_t block = child->at.block + index;
    if (index >= child->at.count || block >= s->blocks || block < s->first)
        return -E_INVALID;
    struct raw_block *b = &r->block[block];
    if (b->page != NULL) {
        s->counts.found++;
    } else {
        s->counts.missed++;
        if (use == STORE_NEW) {
            if (raw_page_for(r, block) == NULL)
                return -E_FULL;
        } else {
            long error = read_in(r, block, 1);
            if (error < 0)
                return error;
        }
    }
    b->used = 1;
    b->type = child->at.type;
    if (b->parent == 0 && child->parent != 0)
        raw_found(r, block, child->parent, child->partition);
    if (!b->owned) /* it was on the disk before this volume was opened */
        b->owned = b->initialised = 1;
    if (use == STORE_NEW)
        memset(b->page, 0, STORE_BLOCK);
    if (use != STORE_READ)
        raw_changed(r, block);
    b->holds++;
    *bytes = b->page;
    return 0;
}

void raw_op_put(struct store *s, uint32_t block) {
    struct raw_store *r = (struct raw_store *)s;
    r->block[block].holds--;
}

const unsigned char *raw_op_peek(struct store *s, uint32_t block) {
    struct raw_store *r = (struct raw_store *)s;
    if (block >= s->blocks || r->block[block].page == NULL || !r->block[block].known)
        return NULL;
    r->block[block].used = 1;
    return r->block[block].page;
}

void raw_op_fetch(struct store *s, uint32_t block, uint32_t count) {
    struct raw_store *r = (struct raw_store *)s;
    for (uint32_t i = 0; i < count && block + i < s->blocks;) {
        uint32_t run = 0;
        while (i + run < count && run < RAW_RUN && block + i + run < s->blocks &&
               r->block[block + i + run].page == NULL)
            run++;
        if (run > 0)
            (void)read_in(r, block + i, run); /* who gets them is told what is wrong */
        i += run > 0 ? run : 1;
    }
}

bool raw_op_cached(struct store *s, uint32_t block) {
    const struct raw_store *r = (const struct raw_store *)s;
    return block < s->blocks && r->block[block].page != NULL;
}

long raw_op_drop(struct store *s, uint32_t block) {
    struct raw_store *r = (struct raw_store *)s;
    if (block >= s->blocks)
        return -E_INVALID;
    if (r->block[block].holds || raw_is_dirty(r, block))
        return -E_BUSY;
    raw_forget(r, block);
    return 0;
}

uint32_t raw_op_parent(struct store *s, uint32_t block) {
    const struct raw_store *r = (const struct raw_store *)s;
    return block < s->blocks ? r->block[block].parent : 0;
}

static long rebind(struct raw_store *r, uint32_t a, uint32_t b) {
    struct store *s = &r->store;
    if (a >= s->blocks || b >= s->blocks || a == b || r->block[a].page == NULL)
        return -E_INVALID;
    if (r->block[a].holds || r->block[b].holds || raw_is_dirty(r, a))
        return -E_BUSY;
    if (r->block[b].page == NULL && raw_page_for(r, b) == NULL)
        return -E_FULL;
    unsigned char *page = r->block[b].page;
    store_unshow(s, b);
    r->block[b].page = r->block[a].page;
    r->block[a].page = page;
    raw_forget(r, a);
    r->block[b].type = XN_BYTES;
    raw_changed(r, b);
    return 0;
}

long raw_op_rebind(struct store *s, const struct store_child *from, const struct store_child *to) {
    long error = from->at.type != XN_BYTES || to->at.type != XN_BYTES ? -E_INVALID : 0;
    uint32_t done = 0;
    while (done < from->at.count && done < to->at.count && error == 0) {
        error = rebind((struct raw_store *)s, from->at.block + done, to->at.block + done);
        done += error == 0;
    }
    return done > 0 ? (long)done : error;
}
