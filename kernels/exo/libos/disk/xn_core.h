/* SPDX-License-Identifier: MIT */
/* xn_core.h -- of a store over XN: the registry's entries, calls that are made again until they are
 * done, and blocks that come into core. */
#ifndef EXO_LIBOS_DISK_XN_CORE_H
#define EXO_LIBOS_DISK_XN_CORE_H

#include "exo/libos/disk/store.h"
#include "exo/libos/stubs.h"
#include "exo/xn/xn.h"

#define XN_MAP_PAGES 64 /* before the window: the free map */

struct xn_store;

/* A page of the window. */
struct xn_page {
    uint32_t block;
    uint32_t next;  /* in its bucket, or of those that show nothing; numbers begin with 1 */
    uint16_t holds; /* uses */
    bool mapped, writable, used;
};

/* Of one of several windows on a volume, in environments that trust each other. */
struct xn_sharing {
    uint64_t *dirty; /* a bit a block, for all of them */
    uint64_t bits;   /* of the window's entries: bits 9 to 11 */
    /* Nobody else's window shows anything any more; false: none did. */
    bool (*alone)(struct xn_store *x);
};

struct xn_store {
    struct store store;
    unsigned volume, slot; /* the disk, and the capability that is used */
    uint64_t window;       /* address of the first page */
    uint32_t pages, taken, hand;
    uint32_t spare;       /* the first of the taken that shows nothing */
    struct xn_page *page; /* [pages + 1] */
    uint32_t *bucket;     /* [buckets], a power of two */
    uint32_t buckets;
    uint64_t *dirty; /* a bit a block: it may be */
    uint64_t frame;  /* where a free one is looked for */
    struct xn_sharing sharing;
    uint64_t requests, sectors, flushes, failed; /* of the disk when it was opened */
};

static inline struct xn_store *xn_store_of(struct store *s) {
    return (struct xn_store *)s;
}
static inline uint64_t xn_how(const struct xn_store *x, unsigned operation) {
    return EXO_XN_HOW(operation, x->volume, x->slot);
}

/* The block's entry, as the kernel shows it; null: none. */
const volatile struct xn_entry *xn_entry(const struct xn_store *x, uint32_t block);
bool xn_entry_dirty(const volatile struct xn_entry *e);
/* It was allocated, and whoever did that was killed before it had a frame: the disk has what
 * another one left there, so it is not read. */
static inline bool xn_entry_fresh(const volatile struct xn_entry *e) {
    return e->type && !e->frame && !(e->flags & XN_INITIALISED) && !e->version;
}

/* A call gave this: true: it is to be made again, for what it needed is in core now, what it
 * waited for is over, or other windows showed what is to go. Else *result is an error of
 * store.h's. */
bool xn_again(struct xn_store *x, long *result);
/* A call on a block, until it is done. */
long xn_act(struct xn_store *x, unsigned operation, uint64_t at, uint32_t block, uint64_t what,
            uint64_t more);
/* The same on the volume. */
long xn_act_on_volume(struct xn_store *x, unsigned operation, uint64_t a, uint64_t b, uint64_t c);
/* Nothing of the volume is under way. */
void xn_wait(struct xn_store *x);
/* Reads what is not in core of so many blocks side by side, and waits. 0; -E_FULL, -E_DAMAGED. */
long xn_read_in(struct xn_store *x, uint32_t block, uint32_t count);
/* A frame that is free, or the clean block of which is given up; 0: there is none. */
uint64_t xn_frame(struct xn_store *x);
/* The frame of a clean block that nobody maps, each time another one; 0: there is none. */
uint64_t xn_spare(void);
/* The same where free frames are refused (-E_NO_MEMORY), and of pages that nobody uses here. */
uint64_t xn_any_frame(struct xn_store *x);
void xn_counts(struct xn_store *x);

/* --- The window: xn_window.c --- */

/* The page that shows the block, or null. */
struct xn_page *xn_page_of(const struct xn_store *x, uint32_t block);
/* One that shows it, `writable` if asked for. 0; -E_FULL: all pages are in use; or as xn_map. */
long xn_show(struct xn_store *x, const struct store_child *child, uint32_t block, bool writable,
             struct xn_page **page);
/* Of new data, which come to lie in this free frame. */
long xn_show_new(struct xn_store *x, const struct store_child *child, uint32_t block,
                 uint64_t frame, struct xn_page **page);
/* The block is shown no more. -E_BUSY: it is in use. */
long xn_hide(struct xn_store *x, uint32_t block);
/* And cannot be written from here, if it is not in use. */
void xn_close_page(struct xn_store *x, uint32_t block);
/* A page that nobody uses shows nothing any more; its block's frame if that may go, else 0. */
uint64_t xn_hide_one(struct xn_store *x);
static inline unsigned char *xn_page_at(const struct xn_store *x, const struct xn_page *p) {
    return (unsigned char *)(x->window + (uint64_t)(p - x->page - 1) * STORE_BLOCK);
}

/* The block may be dirty from now on: said before it is, for who is killed in between leaves a note
 * too many so, else one too few; and who writes back looks at the registry, too. */
static inline void xn_note_dirty(struct xn_store *x, uint32_t block) {
    if (block < x->store.blocks)
        x->dirty[block / 64] |= 1ul << block % 64;
}

#endif
