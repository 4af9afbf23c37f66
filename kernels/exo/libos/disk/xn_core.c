/* SPDX-License-Identifier: MIT */
/* xn_core.c -- see xn_core.h. */
#include "exo/libos/disk/xn_core.h"

#include "exo/libos/exposed.h"
#include "exo/libos/frames.h"
#include "exo/libos/uarea.h"
#include "exo/libos/yield.h"
#include "lib/error.h"

const volatile struct xn_entry *xn_entry(const struct xn_store *x, uint32_t block) {
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    const volatile uint32_t *bucket = (const volatile uint32_t *)EXO_XN_BUCKET;
    for (uint32_t i = bucket[xn_bucket(exposed_xn()->buckets, x->volume, block)]; i;
         i = entry[i].next)
        if (entry[i].block == block && entry[i].volume == x->volume)
            return &entry[i];
    return NULL;
}

bool xn_entry_dirty(const volatile struct xn_entry *e) {
    return e->version > e->submitted || e->flags & XN_FAILED;
}

void xn_wait(struct xn_store *x) {
    long error;
    while ((error = exo_disk_wait(x->volume)) != -E_NOT_FOUND)
        if (error)
            exo_env_yield(0);
}

uint64_t xn_frame(struct xn_store *x) {
    uint64_t frame = frames_pick(x->frame);
    if (frame)
        x->frame = frame + 1;
    return frame ? frame : xn_hide_one(x);
}

/* The second pool of free memory: which of them goes is up to whoever needs one; here the next in
 * the registry's order. */
uint64_t xn_spare(void) {
    static uint32_t hand;
    const volatile struct xn_entry *entry = (const volatile struct xn_entry *)EXO_XN_ENTRY;
    const uint32_t entries = env_info()->disks ? exposed_xn()->entries : 0;
    for (uint32_t looks = entries; looks; looks--) {
        hand = hand % entries + 1;
        const volatile struct xn_entry *e = &entry[hand];
        if (e->frame && !xn_entry_dirty(e) &&
            !(e->flags & (XN_COMING_IN | XN_GOING_OUT | XN_PINNED)) &&
            exposed_frame(e->frame)->references == 1)
            return e->frame;
    }
    return 0;
}

uint64_t xn_any_frame(struct xn_store *x) {
    uint64_t frame = xn_spare();
    return frame ? frame : xn_hide_one(x);
}

static bool is_in_core(const struct xn_store *x, uint32_t block) {
    const volatile struct xn_entry *e = xn_entry(x, block);
    return e && e->frame;
}

/* All of these are asked for. Where memory is short they come into other frames than they say. */
static long ask(struct xn_store *x, struct exo_xn_block_frame *b, uint32_t count) {
    for (uint32_t done = 0; done < count;) {
        long some = exo_xn_transfer(xn_how(x, EXO_DISK_READ), b + done, count - done);
        if (some == -E_QUOTA || some == -E_AGAIN)
            xn_wait(x); /* for requests of one's own */
        else if ((some == -E_NO_MEMORY || some == -E_EXISTS) && !is_in_core(x, b[done].block) &&
                 (b[done].frame = (uint32_t)xn_any_frame(x)))
            continue;
        else if (some < 0)
            return some == -E_NO_MEMORY ? -E_FULL : some;
        else
            done += (uint32_t)some;
    }
    return 0;
}

long xn_read_in(struct xn_store *x, uint32_t block, uint32_t count) {
    enum { SOME = 32 };
    struct exo_xn_block_frame b[SOME];
    for (uint32_t i = 0; i < count;) {
        uint32_t n = 0;
        for (; i < count && n < SOME; i++)
            if (!is_in_core(x, block + i)) {
                uint64_t frame = xn_frame(x);
                if (!frame)
                    return -E_FULL;
                b[n++] = (struct exo_xn_block_frame){block + i, (uint32_t)frame};
            }
        long error = n ? ask(x, b, n) : 0;
        if (error)
            return error;
    }
    xn_wait(x); /* for all of them: the next one begins where the last one ends */
    for (uint32_t i = 0; i < count; i++)
        if (!is_in_core(x, block + i))
            return -E_DAMAGED;
    return 0;
}

bool xn_again(struct xn_store *x, long *result) {
    if (*result == -E_NOT_IN_CORE) {
        uint32_t block = uarea->need_block;
        const volatile struct xn_entry *e = xn_entry(x, block);
        if (e && e->flags & XN_COMING_IN)
            xn_wait(x);
        long error = is_in_core(x, block) ? 0 : xn_read_in(x, block, 1);
        *result = error;
        return !error;
    }
    if (*result == -E_BUSY && x->sharing.alone)
        return x->sharing.alone(x);
    if (*result != -E_AGAIN)
        return false;
    xn_wait(x);
    return true;
}

void xn_counts(struct xn_store *x) {
    const volatile struct exo_disk *d = exposed_disk(x->volume);
    struct store_counts *c = &x->store.counts;
    c->reads = d->requests[EXO_DISK_READ];
    c->writes = d->requests[EXO_DISK_WRITE];
    c->flushes = d->requests[EXO_DISK_FLUSH] - x->flushes;
    c->requests = c->reads + c->writes + d->requests[EXO_DISK_FLUSH] - x->requests;
    c->sectors = (d->blocks_read + d->blocks_written) * (STORE_BLOCK / STORE_SECTOR) - x->sectors;
}

long xn_act(struct xn_store *x, unsigned operation, uint64_t at, uint32_t block, uint64_t what,
            uint64_t more) {
    long result;
    do {
        result = exo_xn_block(xn_how(x, operation), at, block, what, more);
        if (result == -E_NO_MEMORY && operation == EXO_XN_INSERT && (what = xn_any_frame(x)))
            result = -E_AGAIN;
    } while (xn_again(x, &result));
    return result;
}

long xn_act_on_volume(struct xn_store *x, unsigned operation, uint64_t a, uint64_t b, uint64_t c) {
    long result;
    do
        result = exo_xn_volume(xn_how(x, operation), a, b, c);
    while (xn_again(x, &result));
    return result;
}
