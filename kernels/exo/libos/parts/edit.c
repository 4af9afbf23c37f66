/* SPDX-License-Identifier: MIT */
/* edit.c -- see edit.h. */
#include "exo/libos/parts/edit.h"

#include "exo/xn/type/meta.h"
#include "lib/error.h"
#include "lib/string.h"

long meta_damaged(struct meta *m, uint32_t block, const char *field) {
    m->damage.block = block;
    m->damage.field = field;
    return -E_DAMAGED;
}

long meta_get(struct meta *m, struct spot owner, uint32_t block, uint8_t type,
              const unsigned char **bytes) {
    if (block < m->store->first || block >= m->store->blocks || block == owner.block)
        return meta_damaged(m, owner.block, "pointer");
    struct store_child child = {owner.block, owner.partition, {block, 1, type, 0}};
    unsigned char *held = NULL;
    long error = store_get(m->store, &child, 0, STORE_READ, &held);
    *bytes = held;
    return error;
}

long meta_look_far(struct meta *m, struct spot owner, uint32_t block, uint8_t type,
                   const unsigned char **bytes) {
    long error = meta_get(m, owner, block, type, bytes);
    if (error == 0)
        store_put(m->store, block);
    return error;
}

void edit_bytes(struct edit *e, uint32_t at, const void *bytes, uint32_t count) {
    e->changes.change[e->changes.count].at = (unsigned short)at;
    e->changes.change[e->changes.count++].bytes = (unsigned short)count;
    memcpy(e->changes.bytes + e->used, bytes, count);
    e->used += count;
}

void edit_pointers(const struct meta *m, struct edit *e, struct spot spot, uint32_t block,
                   uint32_t count, uint8_t type) {
    e->changes.change[e->changes.count].at = (unsigned short)spot.at;
    e->changes.change[e->changes.count++].bytes = (unsigned short)(count * m->pointer);
    unsigned char *to = e->changes.bytes + e->used;
    e->used += count * m->pointer;
    for (uint32_t i = 0; i < count; i++, to += m->pointer) {
        const uint32_t number = block != 0 ? block + i : 0;
        if (m->pointer == sizeof number) {
            __builtin_memcpy(to, &number, sizeof number);
            continue;
        }
        struct xn_self_pointer p = {{0, 0, 0, 0}, 0, 0};
        if (block != 0)
            p = (struct xn_self_pointer){{block + i, 1, type, 0}, spot.block, XN_SELF_MAGIC};
        memcpy(to, &p, m->pointer);
    }
}

uint32_t pointer_run(const struct meta *m, const unsigned char *bytes, uint32_t at, uint32_t most) {
    const uint32_t first = pointer_at(bytes, at);
    uint32_t run = first != 0;
    while (run > 0 && run < most && pointer_at(bytes, at + run * m->pointer) == first + run)
        run++;
    return run;
}

long edit_write(struct meta *m, struct edit *e, uint32_t block, uint32_t partition) {
    struct store_at at = {block, partition, &e->changes};
    long error = m->store->ops->write(m->store, at); /* at once: most changes are these */
    return error < 0 && store_again(m->store, error, !m->grouped)
               ? m->store->ops->write(m->store, at)
               : error;
}

long edit_alloc(struct meta *m, struct edit *e, struct spot spot, uint32_t near, uint32_t count,
                uint8_t type, uint32_t owner) {
    struct store_at at = {spot.block, spot.partition, &e->changes};
    long error = quota_charge(&m->quotas, owner, count);
    if (error < 0)
        return error;
    const struct edit before = {.changes.count = e->changes.count, .used = e->used};
    for (int tries = 0; tries < 2; tries++) {
        uint32_t block = store_find_free(m->store, near, count);
        error = -E_FULL;
        if (block != 0) {
            e->changes.count = before.changes.count;
            e->used = before.used;
            edit_pointers(m, e, spot, block, count, type);
            struct xn_extent child = {block, (unsigned short)count, type, 0};
            error = m->store->ops->alloc(m->store, at, child);
            if (error == 0)
                return block;
        }
        if (tries == 0 && !store_again(m->store, error, !m->grouped))
            break;
    }
    quota_refund(&m->quotas, owner, count);
    return error;
}

long edit_free(struct meta *m, struct edit *e, struct spot spot, uint32_t block, uint32_t count,
               uint8_t type, uint32_t owner) {
    edit_pointers(m, e, spot, 0, count, type);
    struct store_at at = {spot.block, spot.partition, &e->changes};
    struct xn_extent child = {block, (unsigned short)count, type, 0};
    long error = m->store->ops->free(m->store, at, child);
    if (error < 0 && store_again(m->store, error, !m->grouped))
        error = m->store->ops->free(m->store, at, child);
    if (error == 0)
        quota_refund(&m->quotas, owner, count);
    return error;
}

long edit_move(struct meta *m, struct edit *from, struct spot from_spot, struct edit *to,
               struct spot to_spot, struct xn_extent child) {
    edit_pointers(m, from, from_spot, 0, child.count, child.type);
    edit_pointers(m, to, to_spot, child.block, child.count, child.type);
    struct store_at a = {from_spot.block, from_spot.partition, &from->changes};
    struct store_at b = {to_spot.block, to_spot.partition, &to->changes};
    return store_move(m->store, a, b, child, !m->grouped);
}

long edit_order(struct meta *m, uint32_t later, uint32_t first) {
    long error = m->store->ops->depend(m->store, later, first);
    return error == -E_ORDER ? store_sync(m->store, !m->grouped) : error;
}
