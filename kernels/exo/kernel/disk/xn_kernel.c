/* SPDX-License-Identifier: MIT */
/* xn_kernel.c -- see xn_kernel.h. */
#include "exo/kernel/disk/xn_kernel.h"

#include "common/engine.h"
#include "exo/kernel/memory/block_frame.h"
#include "exo/kernel/memory/view.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/memory/frame.h"
#include "machine/report/panic.h"

/* Decides who: one environment has a quarter at most of the registry's entries without data, and of
 * what waits. */
#define SHARE 4
/* Records of what waits, for each so many entries. */
#define ENTRIES_PER_RECORD 4

struct xn_kernel *xn_kernel;

static unsigned char *bytes(void *owner, uint32_t frame) {
    (void)owner;
    return direct(PADDR((uint64_t)frame * PAGE_SIZE));
}

static void left(void *owner, uint32_t frame) {
    (void)owner;
    block_frame_drop(&exo_frames[frame]);
}

/* Its frame is wanted for memory, by who asks for that. */
static bool leaves(uint32_t entry) {
    struct xn_who who;
    struct xn_entry *e = &xn_kernel->xn.entry[entry];
    if (xn_who_asks(0, &who))
        return false;
    return !xn_evict(&xn_kernel->xn, &who, e->volume, e->block);
}

static bool lives(void *owner, uint32_t environment) {
    (void)owner;
    return env_find(environment) != NULL;
}

void xn_count_maps(struct xn_entry *e) {
    const struct exo_frame *f = &exo_frames[e->frame];
    uint32_t maps = f->readers + f->writers;
    e->maps = maps < UINT16_MAX ? (uint16_t)maps : UINT16_MAX;
    e->writers = f->writers < UINT8_MAX ? (uint8_t)f->writers : UINT8_MAX;
}

static void counted(void *owner, struct xn_entry *e) {
    (void)owner;
    xn_count_maps(e);
}

/* Whole pages, zeroed, for good. */
static void *memory(size_t size) {
    paddr_t first;
    size_t frames = page_round_up(size) / PAGE_SIZE;
    if (frame_alloc_run(&first, frames))
        panic("exo: no memory for the registry of blocks");
    return memset(direct(first), 0, frames * PAGE_SIZE);
}

static uint32_t power_of_two(uint32_t least) {
    uint32_t n = 1;
    while (n < least)
        n *= 2;
    return n;
}

/* An entry a page frame, so that memory can be full of blocks. */
static void make_tables(struct xn *x) {
    x->entries = (uint32_t)frame_total();
    x->records = x->entries / ENTRIES_PER_RECORD;
    x->buckets = power_of_two(x->entries);
    x->entry = memory((x->entries + 1ul) * sizeof *x->entry);
    x->bucket = memory(x->buckets * sizeof *x->bucket);
    x->list = memory((x->entries + 1ul) * sizeof *x->list);
    x->queue = memory((x->entries + 1ul) * sizeof *x->queue);
    x->record = memory((x->records + 1ul) * sizeof *x->record);
    x->bytes = bytes;
    x->left = left;
    x->lives = lives;
    x->counted = counted;
    xn_start(x);
}

static void expose(struct xn_kernel *k) {
    const struct xn *x = &k->xn;
    k->seen->entries = x->entries;
    k->seen->buckets = x->buckets;
    view_add(EXO_XN, physical(k->seen), sizeof *k->seen);
    view_add(EXO_XN_ENTRY, physical(x->entry), (x->entries + 1ul) * sizeof *x->entry);
    view_add(EXO_XN_BUCKET, physical(x->bucket), x->buckets * sizeof *x->bucket);
}

void xn_kernel_init(void) {
    if (!disk_queue_count)
        return;
    struct xn_kernel *k = memory(sizeof *k);
    k->seen = memory(sizeof *k->seen);
    make_tables(&k->xn);
    expose(k);
    for (unsigned i = 0; i < disk_queue_count; i++) {
        k->held[i] = memory(disk_queues[i].seen->blocks / 8 + 8);
        k->types[i].hooks = &engine_hooks;
        k->types[i].way = XN_COMPILED;
    }
    xn_kernel = k;
    block_frame_leaves = leaves;
}

/* Those of environments that have ended are closed. */
static void sweep(struct xn_kernel *k) {
    for (unsigned i = 0; i < EXO_ENVS; i++)
        if (k->account[i].id && !env_find(k->account[i].id)) {
            xn_account_close(&k->xn, k->account[i].account);
            k->account[i].id = 0;
        }
}

int xn_account_of(unsigned slot, uint32_t id) {
    struct xn_kernel *k = xn_kernel;
    struct xn *x = &k->xn;
    if (k->account[slot].id)
        xn_account_close(x, k->account[slot].account);
    k->account[slot].id = 0;
    int account = xn_account_open(x, x->entries / SHARE, x->records / SHARE);
    if (account == -E_FULL) {
        sweep(k);
        account = xn_account_open(x, x->entries / SHARE, x->records / SHARE);
    }
    if (account < 0)
        return account;
    k->account[slot].id = id;
    k->account[slot].account = (uint16_t)account;
    return 0;
}

long xn_result(long result) {
    if (result == -E_NOT_IN_CORE) {
        volatile struct exo_uarea *told = (DEFENDED(XN_NEED_OWN) ? env_current : envs)->uarea;
        told->need_volume = xn_kernel->xn.need.volume;
        told->need_block = xn_kernel->xn.need.block;
    }
    return result;
}
