/* SPDX-License-Identifier: MIT */
/* xn_store.c -- see xn_store.h: what store.h asks for, by XN's calls. */
#include "exo/libos/disk/xn_store.h"

#include "exo/libos/disk/xn_core.h"
#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/time/clock.h"
#include "lib/error.h"
#include "lib/string.h"

static uint64_t word_of(struct xn_extent e) {
    uint64_t word;
    __builtin_memcpy(&word, &e, sizeof word);
    return word;
}

/* A call on a block, until it is done. */
static long act(struct xn_store *x, unsigned operation, uint64_t at, uint32_t block, uint64_t what,
                uint64_t more) {
    long result;
    do {
        result = exo_xn_block(xn_how(x, operation), at, block, what, more);
        if (result == -E_NO_MEMORY && operation == EXO_XN_INSERT && (what = xn_any_frame(x)))
            result = -E_AGAIN;
    } while (xn_again(x, &result));
    return result;
}

/* The same on the volume. */
static long act_on_volume(struct xn_store *x, unsigned operation, uint64_t a, uint64_t b,
                          uint64_t c) {
    long result;
    do
        result = exo_xn_volume(xn_how(x, operation), a, b, c);
    while (xn_again(x, &result));
    return result;
}

/* --- Blocks --- */

/* A block gets a frame with zeroes. */
static long insert(struct xn_store *x, uint64_t at, uint32_t block) {
    uint64_t frame = xn_frame(x);
    return frame ? act(x, EXO_XN_INSERT, at, block, frame, 0) : -E_FULL;
}

/* The registry knows whose child the block is. */
static long vouch(struct xn_store *x, const struct store_child *child, uint32_t block) {
    const volatile struct xn_entry *e = xn_entry(x, block);
    struct xn_extent one = child->at;
    if (!child->parent || (e && e->parent))
        return 0;
    one.block = block;
    one.count = 1;
    return act(x, EXO_XN_VOUCH, EXO_XN_AT(child->parent, child->partition), 0, word_of(one), 0);
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
               ? insert(x, EXO_XN_AT(child->parent, child->partition), block)
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
    if (writable)
        xn_note_dirty(x, block);
    p->used = true;
    p->holds++;
    *bytes = xn_page_at(x, p);
    if (use == STORE_NEW && !is_zero)
        memset(*bytes, 0, STORE_BLOCK);
    return 0;
}

static long op_get(struct store *s, const struct store_child *child, uint32_t index,
                   enum store_use use, unsigned char **bytes) {
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

static void op_put(struct store *s, uint32_t block) {
    xn_page_of(xn_store_of(s), block)->holds--;
}

static const unsigned char *op_peek(struct store *s, uint32_t block) {
    const struct xn_store *x = xn_store_of(s);
    struct xn_page *p = xn_page_of(x, block);
    if (!p)
        return NULL;
    p->used = true;
    return xn_page_at(x, p);
}

static void op_fetch(struct store *s, uint32_t block, uint32_t count) {
    if (block < s->blocks)
        (void)xn_read_in(xn_store_of(s), block,
                         count < s->blocks - block ? count : s->blocks - block);
}

static bool op_cached(struct store *s, uint32_t block) {
    const struct xn_store *x = xn_store_of(s);
    const volatile struct xn_entry *e = xn_entry(x, block);
    return e && e->frame && !(e->flags & XN_COMING_IN);
}

static uint32_t op_parent(struct store *s, uint32_t block) {
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    const volatile struct xn_entry *e = xn_entry(xn_store_of(s), block);
    return e && e->parent && entry[e->parent].type != XN_ROOT ? entry[e->parent].block : 0;
}

/* --- Metadata --- */

/* The kernel's words of blocks may have changed, where it keeps some: what op_dirty looks at. */
static void note_words(struct xn_store *x) {
    const volatile struct exo_xn_volume *v = &exposed_xn()->volume[x->volume];
    for (uint32_t b = v->catalogue_at + 1; x->store.design == XN_CAPABILITY && b < v->own; b++)
        xn_note_dirty(x, b);
}

static long change(struct xn_store *x, unsigned operation, struct store_at at,
                   struct xn_extent child, const struct store_at *other) {
    static const struct store_at none;
    long result;
    if (!other)
        other = &none;
    do
        result =
            exo_xn_change(xn_how(x, operation), EXO_XN_AT(at.block, at.partition), word_of(child),
                          at.changes, EXO_XN_AT(other->block, other->partition), other->changes);
    while (xn_again(x, &result));
    if (result)
        return result;
    x->store.counts.changes++;
    xn_note_dirty(x, at.block);
    if (child.count)
        note_words(x);
    if (other != &none)
        xn_note_dirty(x, other->block);
    return 0;
}

static long op_alloc(struct store *s, struct store_at at, struct xn_extent child) {
    struct xn_store *x = xn_store_of(s);
    bool metadata = child.type != XN_BYTES;
    uint64_t frame = metadata ? xn_frame(x) : 1;
    if (!frame)
        return -E_FULL;
    long error = change(x, XN_ALLOC, at, child, NULL);
    if (error || !metadata)
        return error;
    xn_note_dirty(x, child.block);
    return act(x, EXO_XN_INSERT, EXO_XN_AT(at.block, at.partition), child.block, frame, 0);
}

static long op_free(struct store *s, struct store_at at, struct xn_extent child) {
    struct xn_store *x = xn_store_of(s);
    long error = 0;
    for (uint32_t i = 0; i < child.count && !error; i++)
        error = xn_hide(x, child.block + i);
    return error ? error : change(x, XN_FREE, at, child, NULL);
}

static long op_write(struct store *s, struct store_at at) {
    return change(xn_store_of(s), XN_WRITE, at, (struct xn_extent){0}, NULL);
}

static long op_move(struct store *s, struct store_at from, struct store_at to,
                    struct xn_extent child) {
    return change(xn_store_of(s), XN_MOVE_OUT, from, child, &to);
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
        error = act(x, EXO_XN_EVICT, 0, b, 0, 0);
    return error;
}

/* All of these pairs. */
static long rebind_prepare(struct xn_store *x, const struct store_child *from,
                           const struct store_child *to, uint32_t count) {
    const volatile struct xn_entry *e = xn_entry(x, from->at.block);
    long error = 0;
    if (count > 1 && e && e->flags & XN_SPECULATIVE) /* all that was read ahead, at once */
        error =
            act(x, EXO_XN_VOUCH, EXO_XN_AT(from->parent, from->partition), 0,
                word_of((struct xn_extent){from->at.block, (uint16_t)count, from->at.type, 0}), 0);
    for (uint32_t i = 0; i < count && !error; i++)
        error = rebind_one(x, from, from->at.block + i, to, to->at.block + i);
    return error;
}

static long rebind_ask(struct xn_store *x, const struct store_child *from,
                       const struct store_child *to, uint32_t count) {
    return act(x, EXO_XN_REBIND, EXO_XN_AT(to->parent, to->partition), to->at.block,
               from->at.block | (uint64_t)count << 32, EXO_XN_AT(from->parent, from->partition));
}

/* Most often nothing is to be prepared: XN says where something is. */
static long op_rebind(struct store *s, const struct store_child *from,
                      const struct store_child *to) {
    struct xn_store *x = xn_store_of(s);
    const uint32_t left = from->at.count < to->at.count ? from->at.count : to->at.count;
    const uint32_t count = left < XN_REBIND_RUN ? left : XN_REBIND_RUN;
    long done = rebind_ask(x, from, to, count);
    if (done < 0) {
        long error = rebind_prepare(x, from, to, count);
        done = error ? error : rebind_ask(x, from, to, count);
    }
    for (long i = 0; i < done; i++)
        xn_note_dirty(x, to->at.block + (uint32_t)i);
    return done;
}

static long op_depend(struct store *s, uint32_t later, uint32_t first) {
    return later == first ? 0 : act(xn_store_of(s), EXO_XN_DEPEND, 0, later, first, 0);
}

/* --- To the disk --- */

static long op_flush(struct store *s) {
    struct xn_store *x = xn_store_of(s);
    uint64_t failed = exposed_disk(x->volume)->failed;
    long error;
    while ((error = exo_xn_transfer(xn_how(x, EXO_DISK_FLUSH), NULL, 0)) == -E_QUOTA ||
           error == -E_FULL)
        xn_wait(x);
    xn_wait(x);
    if (!error && exposed_disk(x->volume)->failed != failed)
        error = -E_DAMAGED;
    while (!error && exo_xn_volume(xn_how(x, EXO_XN_SETTLE), 0, 0, 0) == -E_AGAIN)
        continue;
    note_words(x); /* of what is free now */
    xn_counts(x);
    return error;
}

/* These are asked to be written; how many must be left out, or the disk's error. */
static long write_some(struct xn_store *x, const struct exo_xn_block_frame *b, uint32_t count,
                       bool single) {
    uint64_t how = xn_how(x, EXO_DISK_WRITE) | (single ? EXO_XN_SINGLE : 0);
    long left = 0;
    for (uint32_t done = 0; done < count;) {
        long some = exo_xn_transfer(how, b + done, count - done);
        if (some >= 0) {
            done += (uint32_t)some;
        } else if (some == -E_QUOTA || some == -E_AGAIN || some == -E_FULL) {
            xn_wait(x);
        } else if (some == -E_ORDER || some == -E_TAINTED || some == -E_INVALID ||
                   some == -E_NOT_FOUND) {
            left += some == -E_ORDER || some == -E_TAINTED;
            done++;
        } else {
            return some;
        }
    }
    return left;
}

/* By this library's own notes, or by the registry, for others change blocks, too. */
static bool may_be_dirty(const struct xn_store *x, uint32_t block) {
    if (block < x->store.blocks && x->dirty[block / 64] >> block % 64 & 1)
        return true;
    const volatile struct xn_entry *e = xn_entry(x, block);
    return e && xn_entry_dirty(e);
}

static long op_writeback(struct store *s, uint32_t *blocks, uint32_t count, bool single) {
    enum { SOME = 64 };
    struct xn_store *x = xn_store_of(s);
    struct exo_xn_block_frame b[SOME];
    long left = 0, failed = 0;
    if (x->sharing.alone)
        (void)x->sharing.alone(x); /* what others may write is never clean */
    store_sort(blocks, count);
    for (uint32_t i = 0; i < count && left >= 0;) {
        uint32_t n = 0;
        for (; i < count && n < SOME; i++) {
            xn_close_page(x, blocks[i]);
            if (may_be_dirty(x, blocks[i]))
                b[n++] = (struct exo_xn_block_frame){blocks[i], 0};
        }
        long out = write_some(x, b, n, single);
        left = out < 0 ? out : left + out;
    }
    xn_wait(x);
    for (uint32_t i = 0; i < count; i++) {
        const volatile struct xn_entry *e = xn_entry(x, blocks[i]);
        failed += e && e->flags & XN_FAILED;
        if ((!e || !xn_entry_dirty(e)) && blocks[i] < s->blocks)
            x->dirty[blocks[i] / 64] &= ~(1ul << blocks[i] % 64);
    }
    xn_counts(x);
    return left >= 0 && failed ? -E_DAMAGED : left;
}

/* Where others still show it, it stays for them. */
static long op_drop(struct store *s, uint32_t block) {
    struct xn_store *x = xn_store_of(s);
    long error = xn_hide(x, block);
    const volatile struct xn_entry *e = xn_entry(x, block);
    if (error || !e || !e->frame)
        return error;
    if (xn_entry_dirty(e))
        return -E_BUSY;
    error = act(x, EXO_XN_EVICT, 0, block, 0, 0);
    return error == -E_BUSY ? 0 : error;
}

static bool op_is_dirty(struct store *s, uint32_t block) {
    const volatile struct xn_entry *e = xn_entry(xn_store_of(s), block);
    return e && xn_entry_dirty(e);
}

/* The first block from that one on that may be dirty, or one beyond the disk. */
static uint32_t noted_dirty(const struct xn_store *x, uint32_t from) {
    const uint32_t words = (x->store.blocks + 63) / 64;
    uint32_t at = from / 64;
    if (at >= words)
        return from;
    uint64_t word = x->dirty[at] & ~0ul << from % 64;
    while (!word && ++at < words)
        word = x->dirty[at];
    return at * 64 + (word ? (uint32_t)__builtin_ctzl(word) : 0);
}

static uint32_t op_dirty(struct store *s, uint32_t from, uint32_t *blocks, uint32_t count) {
    struct xn_store *x = xn_store_of(s);
    uint32_t n = 0;
    for (uint32_t b = noted_dirty(x, from); b < s->blocks && n < count; b = noted_dirty(x, b + 1)) {
        const volatile struct xn_entry *e = xn_entry(x, b);
        if (e && xn_entry_dirty(e))
            blocks[n++] = b;
    }
    return n;
}

static uint64_t op_now(struct store *s) {
    (void)s;
    return clock_ns(clock_now());
}

/* --- Roots and types --- */

static long op_root(struct store *s, const char name[16], struct store_child *child) {
    long found = act_on_volume(xn_store_of(s), EXO_XN_ROOT_FIND, (uint64_t)name, 0, 0);
    if (found < 0)
        return found;
    *child = (struct store_child){
        .at = {.block = (uint32_t)found, .count = 1, .type = (uint8_t)(found >> 32)}};
    return 0;
}

static long op_root_new(struct store *s, const char name[16], struct xn_extent at, bool temporary) {
    struct xn_store *x = xn_store_of(s);
    long error = act_on_volume(x, EXO_XN_NEW, at.block, at.type, 0);
    if (error)
        return error;
    error = insert(x, 0, at.block);
    if (!error)
        error = act_on_volume(x, EXO_XN_ROOT_ADD, (uint64_t)name, at.block,
                              temporary ? XN_ROOT_TEMPORARY : 0);
    if (error)
        (void)act_on_volume(x, EXO_XN_DROP, at.block, 0, 0);
    else
        xn_note_dirty(x, at.block);
    xn_store_adopt(x); /* the volume's own blocks, too */
    return error;
}

static long op_root_remove(struct store *s, const char name[16]) {
    struct xn_store *x = xn_store_of(s);
    struct store_child root;
    long error = op_root(s, name, &root);
    if (!error)
        error = xn_hide(x, root.at.block);
    if (!error)
        error = act_on_volume(x, EXO_XN_ROOT_REMOVE, (uint64_t)name, 0, 0);
    xn_store_adopt(x);
    return error;
}

/* Into the catalogue, where it is not yet. */
static long op_type(struct store *s, const void *body, size_t bytes) {
    struct xn_store *x = xn_store_of(s);
    uint32_t frames[XN_BODY_BLOCKS], blocks = (uint32_t)((bytes + STORE_BLOCK - 1) / STORE_BLOCK);
    long number = act_on_volume(x, EXO_XN_IMPORT, (uint64_t)body, bytes, 0);
    if (number < 0)
        return number;
    uint32_t at = store_find_free(s, s->first, blocks);
    for (uint32_t i = 0; i < blocks; i++)
        if (!at || !(frames[i] = (uint32_t)xn_frame(x)))
            return -E_FULL;
    long error = act_on_volume(x, EXO_XN_TYPE_ADD, (uint64_t)number, at, (uint64_t)frames);
    xn_store_adopt(x);
    return error && error != -E_EXISTS ? error : number;
}

static const struct store_ops xn_ops = STORE_OPS;

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
    for (uint32_t from = 0; left >= 0 && (n = op_dirty(&x->store, from, blocks, 64));) {
        from = blocks[n - 1] + 1;
        left = op_writeback(&x->store, blocks, n, false);
    }
    return left < 0 ? left : op_flush(&x->store);
}

static long step_until_done(struct xn_store *x, unsigned operation) {
    enum { ROUNDS = 1000 };
    long error = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        error = act_on_volume(x, operation, 0, 0, 0);
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
        error = act(x, EXO_XN_MAP, 0, v->map_at + i, at + i * STORE_BLOCK,
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
