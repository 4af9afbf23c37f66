/* SPDX-License-Identifier: MIT */
/* cffs_edit.c -- see cffs_own.h. */
#include "exo/libos/cffs/cffs_own.h"

#include "exo/xn/type/meta.h"

void edit_bytes(struct edit *e, uint32_t at, const void *bytes, uint32_t count) {
    e->changes.change[e->changes.count].at = (unsigned short)at;
    e->changes.change[e->changes.count++].bytes = (unsigned short)count;
    memcpy(e->changes.bytes + e->used, bytes, count);
    e->used += count;
}

void edit_pointers(const struct cffs *fs, struct edit *e, struct spot spot, uint32_t block,
                   uint32_t count, uint8_t type) {
    e->changes.change[e->changes.count].at = (unsigned short)spot.at;
    e->changes.change[e->changes.count++].bytes = (unsigned short)(count * fs->pointer);
    unsigned char *to = e->changes.bytes + e->used;
    e->used += count * fs->pointer;
    for (uint32_t i = 0; i < count; i++, to += fs->pointer) {
        const uint32_t number = block != 0 ? block + i : 0;
        if (fs->pointer == sizeof number) {
            __builtin_memcpy(to, &number, sizeof number);
            continue;
        }
        struct xn_self_pointer p = {{0, 0, 0, 0}, 0, 0};
        if (block != 0)
            p = (struct xn_self_pointer){{block + i, 1, type, 0}, spot.block, XN_SELF_MAGIC};
        memcpy(to, &p, fs->pointer);
    }
}

/* The store wants older versions on the disk first, or has no room for more that waits for them, or
 * none for more of this environment's. */
static bool again(struct cffs *fs, long error) {
    return (error == -E_ORDER || error == -E_TAINTED || error == -E_FULL || error == -E_QUOTA) &&
           store_sync(fs->store, !fs->grouped) == 0;
}

long edit_write(struct cffs *fs, struct edit *e, uint32_t block, uint32_t partition) {
    struct store_at at = {block, partition, &e->changes};
    return store_change(fs->store, STORE_BYTES, at, (struct xn_extent){0}, !fs->grouped);
}

long edit_alloc(struct cffs *fs, struct edit *e, struct spot spot, uint32_t near, uint32_t count,
                uint8_t type, uint32_t owner) {
    struct store_at at = {spot.block, spot.partition, &e->changes};
    long error = quota_charge(fs, owner, count);
    if (error < 0)
        return error;
    const struct edit before = {.changes.count = e->changes.count, .used = e->used};
    for (int tries = 0; tries < 2; tries++) {
        uint32_t block = store_find_free(fs->store, near, count);
        error = -E_FULL;
        if (block != 0) {
            e->changes.count = before.changes.count;
            e->used = before.used;
            edit_pointers(fs, e, spot, block, count, type);
            struct xn_extent child = {block, (unsigned short)count, type, 0};
            error = fs->store->ops->alloc(fs->store, at, child);
            if (error == 0)
                return block;
        }
        if (tries == 0 && !again(fs, error))
            break;
    }
    quota_refund(fs, owner, count);
    return error;
}

long edit_free(struct cffs *fs, struct edit *e, struct spot spot, uint32_t block, uint32_t count,
               uint8_t type, uint32_t owner) {
    edit_pointers(fs, e, spot, 0, count, type);
    struct store_at at = {spot.block, spot.partition, &e->changes};
    struct xn_extent child = {block, (unsigned short)count, type, 0};
    long error = store_change(fs->store, STORE_FREE, at, child, !fs->grouped);
    if (error == 0)
        quota_refund(fs, owner, count);
    return error;
}

long edit_move(struct cffs *fs, struct edit *from, struct spot from_spot, struct edit *to,
               struct spot to_spot, struct xn_extent child) {
    edit_pointers(fs, from, from_spot, 0, child.count, child.type);
    edit_pointers(fs, to, to_spot, child.block, child.count, child.type);
    struct store_at a = {from_spot.block, from_spot.partition, &from->changes};
    struct store_at b = {to_spot.block, to_spot.partition, &to->changes};
    return store_move(fs->store, a, b, child, !fs->grouped);
}

long edit_order(struct cffs *fs, uint32_t later, uint32_t first) {
    long error = fs->store->ops->depend(fs->store, later, first);
    return error == -E_ORDER ? store_sync(fs->store, !fs->grouped) : error;
}
