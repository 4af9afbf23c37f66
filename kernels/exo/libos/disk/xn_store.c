/* SPDX-License-Identifier: MIT */
/* xn_store.c -- see xn_store.h: the volume, its roots and types. */
#include "exo/libos/disk/xn_store.h"

#include "exo/libos/disk/xn_own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "lib/error.h"
#include "lib/string.h"

/* --- Roots and types --- */

long xn_op_root(struct store *s, const char name[16], struct store_child *child) {
    long found = xn_act_on_volume(xn_store_of(s), EXO_XN_ROOT_FIND, (uint64_t)name, 0, 0);
    if (found < 0)
        return found;
    *child = (struct store_child){
        .at = {.block = (uint32_t)found, .count = 1, .type = (uint8_t)(found >> 32)}};
    return 0;
}

long xn_op_root_new(struct store *s, const char name[16], struct xn_extent at, bool temporary) {
    struct xn_store *x = xn_store_of(s);
    xn_note_dirty(x, at.block);
    long error = xn_act_on_volume(x, EXO_XN_NEW, at.block, at.type, 0);
    if (error)
        return error;
    error = xn_insert_empty(x, 0, at.block);
    if (!error)
        error = xn_act_on_volume(x, EXO_XN_ROOT_ADD, (uint64_t)name, at.block,
                                 temporary ? XN_ROOT_TEMPORARY : 0);
    if (error)
        (void)xn_act_on_volume(x, EXO_XN_DROP, at.block, 0, 0);
    xn_store_adopt(x); /* the volume's own blocks, too */
    return error;
}

long xn_op_root_remove(struct store *s, const char name[16]) {
    struct xn_store *x = xn_store_of(s);
    struct store_child root;
    long error = xn_op_root(s, name, &root);
    if (!error)
        error = xn_hide(x, root.at.block);
    if (!error)
        error = xn_act_on_volume(x, EXO_XN_ROOT_REMOVE, (uint64_t)name, 0, 0);
    xn_store_adopt(x);
    return error;
}

/* Into the catalogue, where it is not yet. */
long xn_op_type(struct store *s, const void *body, size_t bytes) {
    struct xn_store *x = xn_store_of(s);
    uint32_t frames[XN_BODY_BLOCKS], blocks = (uint32_t)((bytes + STORE_BLOCK - 1) / STORE_BLOCK);
    long number = xn_act_on_volume(x, EXO_XN_IMPORT, (uint64_t)body, bytes, 0);
    if (number < 0)
        return number;
    uint32_t at = store_find_free(s, s->first, blocks);
    for (uint32_t i = 0; i < blocks; i++)
        if (!at || !(frames[i] = (uint32_t)xn_frame(x)))
            return -E_FULL;
    long error = xn_act_on_volume(x, EXO_XN_TYPE_ADD, (uint64_t)number, at, (uint64_t)frames);
    xn_store_adopt(x);
    return error && error != -E_EXISTS ? error : number;
}

static const struct store_ops xn_ops = STORE_OPS(xn_op_);

/* --- The volume --- */

static uint32_t buckets_for(uint32_t pages) {
    uint32_t n = 1;
    while (n < pages)
        n *= 2;
    return n;
}

size_t xn_store_bytes(uint32_t blocks, uint32_t pages) {
    return (pages + 1ul) * sizeof(struct xn_page) + buckets_for(pages) * sizeof(uint32_t) +
           blocks / 64 * 8ul + 16;
}

void xn_store_adopt(struct xn_store *x) {
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    for (uint32_t i = 1; i <= entry->block; i++)
        if (entry[i].volume == x->volume && entry[i].block < x->store.blocks &&
            xn_entry_dirty(&entry[i]))
            xn_note_dirty(x, entry[i].block);
}

/* One step of mounting or leaving was refused since older versions must be on the disk first. */
static long push_out(struct xn_store *x) {
    uint32_t blocks[64], n;
    long left = 0;
    xn_store_adopt(x);
    for (uint32_t from = 0; left >= 0 && (n = xn_op_dirty(&x->store, from, blocks, 64));) {
        from = blocks[n - 1] + 1;
        left = xn_op_writeback(&x->store, blocks, n, false);
    }
    return left < 0 ? left : xn_op_flush(&x->store);
}

static long step_until_done(struct xn_store *x, unsigned operation) {
    enum { ROUNDS = 1000 };
    long error = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        error = xn_act_on_volume(x, operation, 0, 0, 0);
        if (error == -E_ORDER)
            error = push_out(x);
        else
            return error;
        if (error)
            return error;
    }
    return -E_ORDER;
}

static long map_free_map(struct xn_store *x, const volatile struct exo_xn_volume *v) {
    uint64_t at = x->window - XN_MAP_PAGES * STORE_BLOCK;
    long error = 0;
    for (uint32_t i = 0; i < v->maps && !error; i++)
        error = xn_act(x, EXO_XN_MAP, 0, v->map_at + i, at + i * STORE_BLOCK,
                       EXO_NO_EXEC | x->sharing.bits);
    x->store.map = (const volatile uint64_t *)at;
    return error;
}

long xn_store_open(struct xn_store *x, unsigned volume, unsigned slot, uint64_t window,
                   uint32_t pages, void *memory) {
    static const struct xn_sharing alone;
    return xn_store_join(x, volume, slot, window, pages, memory, &alone);
}

long xn_store_join(struct xn_store *x, unsigned volume, unsigned slot, uint64_t window,
                   uint32_t pages, void *memory, const struct xn_sharing *sharing) {
    const volatile struct exo_xn_volume *v = &exposed_xn()->volume[volume];
    const bool joins = sharing->dirty && v->state == XN_MOUNTED;
    uint32_t blocks = (uint32_t)exposed_disk(volume)->blocks;
    *x = (struct xn_store){.volume = volume, .slot = slot, .window = window, .pages = pages};
    x->store = (struct store){.ops = &xn_ops, .blocks = blocks};
    x->sharing = *sharing;
    x->page = memory;
    x->buckets = buckets_for(pages);
    x->bucket = (uint32_t *)&x->page[pages + 1];
    x->dirty = sharing->dirty;
    if (!x->dirty)
        x->dirty = (uint64_t *)(((uint64_t)&x->bucket[x->buckets] + 7) & ~7ul);
    x->frame = env_info()->frame_count / 2;
    frames_spare = xn_spare;
    long error = v->state == XN_MOUNTED ? 0 : step_until_done(x, EXO_XN_MOUNT);
    if (error)
        return error;
    x->store.blocks = v->blocks;
    x->store.atom = v->atom;
    x->store.first = v->own;
    x->store.design = v->design;
    x->store.pointer_bytes =
        v->design == XN_SELF ? sizeof(struct xn_self_pointer) : sizeof(uint32_t);
    xn_counts(x);
    x->requests = x->store.counts.requests;
    x->sectors = x->store.counts.sectors;
    x->flushes = x->store.counts.flushes;
    x->store.counts = (struct store_counts){0};
    if (!joins)
        xn_store_adopt(x);
    return map_free_map(x, v);
}

void xn_store_leave(struct xn_store *x) {
    const struct exo_pages gone = {x->window - XN_MAP_PAGES * STORE_BLOCK, 0,
                                   XN_MAP_PAGES + x->pages};
    for (uint64_t done = 0; done < gone.count;)
        done += (uint64_t)exo_page_update(0, 0, x->slot, &gone, 1, done);
    memset(x->store.shown, 0, sizeof x->store.shown);
    memset(x->page, 0, (x->pages + 1ul) * sizeof *x->page);
    memset(x->bucket, 0, x->buckets * sizeof *x->bucket);
    x->taken = x->hand = x->spare = 0;
}

long xn_store_close(struct xn_store *x) {
    xn_store_leave(x);
    xn_store_adopt(x);
    long error = store_sync(&x->store, false);
    return error ? error : step_until_done(x, EXO_XN_UNMOUNT);
}

void xn_store_abandon(struct xn_store *x) {
    if (x->pages)
        xn_store_leave(x);
    xn_wait(x);
    while (exo_xn_volume(xn_how(x, EXO_XN_ABANDON), 0, 0, 0) == -E_AGAIN)
        continue;
}
