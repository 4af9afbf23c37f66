/* SPDX-License-Identifier: MIT */
/* extents_serve.c -- see extents.h: the side of who owns the disk. What is in the table is on the
 * disk before anybody is told of it. */
#include "exo/libos/extents/extents.h"

#include "exo/libos/disk/exo_disk.h"
#include "exo/libos/exposed.h"
#include "exo/libos/extents/extents_table.h"
#include "exo/libos/ipc/transfer.h"
#include "exo/libos/stubs.h"
#include "lib/error.h"

static struct exo_raw_disk disk;
static union {
    struct extents_table table;
    unsigned char bytes[4096];
} first __attribute__((aligned(4096)));
static struct extents_table *const table = &first.table;

static long table_move(bool write) {
    unsigned char *page = first.bytes;
    long error = disk.raw.transfer(&disk.raw, write, 0, 1, &page);
    return error || !write ? error : disk.raw.flush(&disk.raw);
}

/* A node for the entry's blocks. */
static long node_make(struct extents_entry *entry) {
    long node = exo_pxn_make(0, 0, disk.disk, &entry->who, 1);
    if (node < 0)
        return node;
    long error =
        exo_pxn_change(0, (uint64_t)node, EXO_PXN_ADD, entry->at.block, entry->at.count, 0);
    if (error)
        (void)exo_pxn_remove(0, (uint64_t)node);
    entry->node = (uint64_t)node;
    return error;
}

/* Who gave his blocks back has taken them from the node, as the kernel let him. */
static void collect(void) {
    struct exo_pxn seen = {0};
    for (struct extents_entry *e = table->of; e < table->of + table->count;) {
        if (!exo_pxn_read(e->node, &seen) && !seen.extents) {
            (void)exo_pxn_remove(0, e->node);
            extents_give(table, e);
        } else {
            e++;
        }
    }
}

static long hand_out(struct cap who, uint32_t blocks, struct exo_extent *at) {
    collect();
    struct extents_entry *e = extents_of(table, who);
    if (!e) {
        e = extents_take(table, disk.raw.blocks, who, blocks);
        if (!e)
            return -E_FULL;
        long error = node_make(e);
        if (!error && table_move(true)) {
            error = -E_DAMAGED;
            (void)exo_pxn_remove(0, e->node);
        }
        if (error) {
            extents_give(table, e);
            return error;
        }
    }
    *at = e->at;
    return (long)e->node;
}

static void answer(struct message *m) {
    struct exo_extent at = {0, 0};
    struct cap who;
    __builtin_memcpy(&who, &m->word[1], sizeof who);
    m->word[0] = (uint64_t)hand_out(who, (uint32_t)m->word[0], &at);
    m->word[1] = at.block | (uint64_t)at.count << 32;
}

long extents_serve(unsigned number, bool is_new) {
    if (number >= env_info()->disks)
        return -E_NOT_FOUND;
    long error =
        exo_raw_disk_open(&disk, number, 0, (uint32_t)exposed_disk(number)->blocks, 0, 0, 0);
    if (!error && is_new) {
        table->magic = EXTENTS_MAGIC;
        error = table_move(true);
    } else if (!error) {
        error = table_move(false);
    }
    if (!error && !extents_sound(table, disk.raw.blocks))
        error = -E_DAMAGED;
    for (uint32_t i = 0; i < table->count && !error; i++)
        error = node_make(&table->of[i]);
    for (;;) {
        if (error)
            return error;
        transfer_serve(answer);
    }
}
