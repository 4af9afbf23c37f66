/* SPDX-License-Identifier: MIT */
/* xn_machine.h -- XN above a disk in memory: its tables, page frames, and a device that may be
 * doing several writes at once. Everything that is written is logged, so that any disk that a power
 * cut may leave can be made (crash_disk). */
#ifndef TESTS_XN_MACHINE_H
#define TESTS_XN_MACHINE_H

#include "xn_bodies.h"

#include "exo/xn/store/root.h"
#include "exo/xn/store/volume.h"
#include "exo/xn/xn.h"

#ifdef XN_MACHINE_LARGE /* for trees deeper than may be */
enum { BLOCKS = 800, FRAMES = 800, ENTRIES = 800, RECORDS = 1024 };
#else
enum { BLOCKS = 40, FRAMES = 64, ENTRIES = 64, RECORDS = 256 };
#endif
enum { LOGGED = 4096, SECTOR = 512 };
enum { DIR = 8, LOG = 9 }; /* types: metadata, and data that taint */

typedef unsigned char block_bytes[XN_BLOCK_BYTES];

/* A write; from `covered` on, an index of the log or more than any, it is surely on the disk. */
struct logged {
    uint32_t block, covered, frame;
    bool done;
    unsigned char *bytes; /* null: a flush that has ended */
};

struct disk {
    block_bytes block[BLOCKS];
};

struct machine {
    struct world *w;
    struct xn x;
    struct xn_entry entry[ENTRIES + 1];
    uint32_t bucket[64], list[ENTRIES + 1];
    struct xn_queued queue[ENTRIES + 1];
    struct xn_record record[RECORDS + 1];
    uint64_t held[BLOCKS / 64 + 1];
    _Alignas(8) block_bytes frame[FRAMES]; /* number 0 is none */
    bool used[FRAMES];
    struct disk *disk;
    struct logged *log; /* null: not logged */
    uint32_t logged;
};

static inline unsigned char *machine_bytes(void *owner, uint32_t frame) {
    return ((struct machine *)owner)->frame[frame];
}
static inline void machine_left(void *owner, uint32_t frame) {
    ((struct machine *)owner)->used[frame] = false;
}
static inline bool machine_lives(void *owner, uint32_t environment) {
    (void)owner;
    return environment < 100;
}

/* The machine is started anew, with this disk; types and log stay. */
static inline void machine_boot(struct machine *m, struct disk *disk) {
    memset(m->used, 0, sizeof m->used);
    memset(&m->x, 0, sizeof m->x);
    m->disk = disk;
    m->x.entry = m->entry;
    m->x.bucket = m->bucket;
    m->x.list = m->list;
    m->x.queue = m->queue;
    m->x.record = m->record;
    m->x.entries = ENTRIES;
    m->x.buckets = 64;
    m->x.records = RECORDS;
    m->x.owner = m;
    m->x.bytes = machine_bytes;
    m->x.left = machine_left;
    m->x.lives = machine_lives;
    xn_start(&m->x);
}

/* Two types: DIR has 8 windows of 128 bytes, each with 4 pointers to DIR, 2 to data, 2 to LOG;
 * bytes 64 to 127 are the owner's, who keeps there whom a pointer leads to. */
static enum xn_design machine_design = XN_TEMPLATE;

/* Without types. */
static inline struct machine *machine_bare(void) {
    struct machine *m = calloc(1, sizeof *m);
    assert_non_null(m);
    m->w = world_open(machine_design, XN_INTERPRETED, SECTOR);
    m->w->types.blocks = BLOCKS;
    return m;
}

static inline struct machine *machine_open(void) {
    static struct made_body b;
    struct machine *m = machine_bare();
    body_begin(&b, "log", LOG, XN_BASE);
    b.head.flags = XN_TAINTS;
    world_type(m->w, &b);
    body_begin(&b, "dir", DIR, XN_BASE);
    body_windows(&b, 0, 128, 8, 8);
    body_member_add(&b, (struct xn_member){.at = 0, .width = 8, .count = 4, .type = DIR});
    body_member_add(&b, (struct xn_member){.at = 32, .width = 8, .count = 2, .type = XN_BYTES});
    body_member_add(&b, (struct xn_member){.at = 48, .width = 8, .count = 2, .type = LOG});
    world_type(m->w, &b);
    return m;
}

static inline void machine_close(struct machine *m) {
    world_close(m->w);
    free(m);
}

static inline uint32_t machine_frame(struct machine *m) {
    for (uint32_t i = 1; i < FRAMES; i++)
        if (!m->used[i]) {
            m->used[i] = true;
            return i;
        }
    return 0;
}

static const struct xn_who somebody = {.credential = 7, .environment = 1};

static inline void disk_format(struct disk *d) {
    memset(d, 0, sizeof *d);
    for (uint32_t i = 0; !xn_format(BLOCKS, machine_design, SECTOR, i, d->block[i]); i++)
        continue;
}

/* --- The device --- */

static inline struct logged *machine_log(struct machine *m, uint32_t block, uint32_t frame) {
    assert_true(m->logged < LOGGED);
    struct logged *l = &m->log[m->logged++];
    *l = (struct logged){.block = block, .covered = UINT32_MAX, .frame = frame};
    l->bytes = malloc(XN_BLOCK_BYTES);
    assert_non_null(l->bytes);
    memcpy(l->bytes, m->frame[frame], XN_BLOCK_BYTES);
    return l;
}

/* Begins a write: 0, or XN's error. The device has the bytes as they are now. */
static inline int machine_write(struct machine *m, uint32_t block, uint32_t *number) {
    uint32_t frame = 0;
    int error = xn_write_begin(&m->x, 0, block, &frame);
    if (error)
        return error;
    memcpy(m->disk->block[block], m->frame[frame], XN_BLOCK_BYTES);
    *number = m->logged;
    if (m->log)
        machine_log(m, block, frame);
    return 0;
}

/* It ends, and perhaps the device has done it only now, with the frame's bytes of this moment. */
static inline void machine_written(struct machine *m, uint32_t number, uint32_t block, bool late) {
    if (m->log) {
        m->log[number].done = true;
        if (late && m->log[number].frame) {
            memcpy(m->disk->block[block], m->frame[m->log[number].frame], XN_BLOCK_BYTES);
            machine_log(m, block, m->log[number].frame)->done = true;
        }
    }
    xn_write_end(&m->x, 0, block, true);
}

/* A flush, from its beginning to its end, between which nothing else happens. */
static inline void machine_flush(struct machine *m) {
    int64_t flush = xn_flush_begin(&m->x, 0);
    assert_true(flush >= 0);
    if (m->log) {
        for (uint32_t i = 0; i < m->logged; i++)
            if (m->log[i].done && m->log[i].covered == UINT32_MAX)
                m->log[i].covered = m->logged;
        assert_true(m->logged < LOGGED);
        m->log[m->logged++] = (struct logged){.covered = 0};
    }
    xn_flush_end(&m->x, 0, (uint32_t)flush, true);
    while (xn_settle(&m->x, 0))
        continue;
}

/* Everything dirty that may be written is, by one who knows no order, until nothing is left. */
static inline bool machine_sync(struct machine *m) {
    for (unsigned round = 0; round < 300; round++) {
        bool any = false, wrote = false;
        for (uint32_t i = 1; i <= ENTRIES; i++) {
            uint32_t number, block = m->entry[i].block;
            if (!xn_is_dirty(&m->entry[i]) || xn_lookup(&m->x, 0, block) != i)
                continue;
            any = true;
            if (!machine_write(m, block, &number)) {
                machine_written(m, number, block, false);
                wrote = true;
            }
        }
        if (!any && !m->x.volume[0].queued)
            return true;
        if (!wrote && !m->x.volume[0].queued)
            return false;
        machine_flush(m);
    }
    return false;
}

/* Reads what XN asks for. */
static inline void machine_read(struct machine *m) {
    uint32_t block = m->x.need.block, frame = machine_frame(m);
    for (uint32_t i = 1; !frame && i <= ENTRIES; i++) /* somebody must go */
        if (m->entry[i].frame && xn_lookup(&m->x, 0, m->entry[i].block) == i &&
            !xn_evict(&m->x, &somebody, 0, m->entry[i].block))
            frame = machine_frame(m);
    if (!frame || xn_read_begin(&m->x, &somebody, 0, block, frame)) {
        m->used[frame] = false;
        return;
    }
    memcpy(m->frame[frame], m->disk->block[block], XN_BLOCK_BYTES);
    xn_read_end(&m->x, 0, block, true);
}

/* Until it is mounted, or cannot be: what xn_mount said last. */
static inline int machine_mount(struct machine *m) {
    int error = -E_AGAIN;
    for (unsigned step = 0; error && step < 20000; step++) {
        error = xn_mount(&m->x, 0, &m->w->types, m->held, BLOCKS, false);
        if (error == -E_NOT_IN_CORE)
            machine_read(m);
        else if (error == -E_ORDER)
            machine_sync(m);
        else if (error != -E_AGAIN)
            break;
    }
    return error;
}

static inline int machine_unmount(struct machine *m) {
    int error = -E_AGAIN;
    for (unsigned step = 0; error && step < 1000; step++) {
        error = xn_unmount(&m->x, 0);
        if (error == -E_ORDER)
            machine_sync(m);
        else if (error != -E_AGAIN)
            break;
    }
    return error;
}

#endif
