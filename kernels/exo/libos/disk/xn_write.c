/* SPDX-License-Identifier: MIT */
/* xn_write.c -- what of a store over XN is written, and when all of it is on the disk. */
#include "exo/libos/disk/xn_own.h"
#include "exo/libos/exposed.h"
#include "exo/libos/time/clock.h"
#include "lib/error.h"

long xn_op_flush(struct store *s) {
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
    xn_note_words(x); /* of what is free now */
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

long xn_op_writeback(struct store *s, uint32_t *blocks, uint32_t count, bool single) {
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
long xn_op_drop(struct store *s, uint32_t block) {
    struct xn_store *x = xn_store_of(s);
    long error = xn_hide(x, block);
    const volatile struct xn_entry *e = xn_entry(x, block);
    if (error || !e || !e->frame)
        return error;
    if (xn_entry_dirty(e))
        return -E_BUSY;
    error = xn_act(x, EXO_XN_EVICT, 0, block, 0, 0);
    return error == -E_BUSY ? 0 : error;
}

bool xn_op_is_dirty(struct store *s, uint32_t block) {
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

uint32_t xn_op_dirty(struct store *s, uint32_t from, uint32_t *blocks, uint32_t count) {
    struct xn_store *x = xn_store_of(s);
    uint32_t n = 0;
    for (uint32_t b = noted_dirty(x, from); b < s->blocks && n < count; b = noted_dirty(x, b + 1)) {
        const volatile struct xn_entry *e = xn_entry(x, b);
        if (e && xn_entry_dirty(e))
            blocks[n++] = b;
    }
    return n;
}

uint64_t xn_op_now(struct store *s) {
    (void)s;
    return clock_ns(clock_now());
}
