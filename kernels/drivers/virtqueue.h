/* SPDX-License-Identifier: MIT */
/* virtqueue.h -- the rings of a virtio device (Virtual I/O Device 1.2, chapter 2.7, split
 * virtqueues): what is offered, and what the device says it has used. The device reads and writes
 * this memory at any time and is not believed: what we need to know of a chain we keep outside the
 * rings, and what cannot be true breaks the queue. Pure: nothing of it is tied to the machine. */
#ifndef DRIVERS_VIRTQUEUE_H
#define DRIVERS_VIRTQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/error.h"

#define VIRTQUEUE_SIZE_MAX 64 /* descriptors; the rings then take less than a page */

/* A stretch of memory by the address that the device uses. */
struct virtq_desc {
    uint64_t at;
    uint32_t bytes;
    uint16_t flags, next;
};
enum { VIRTQ_NO_INTERRUPT = 1 }; /* of what is offered */
enum { VIRTQ_NEXT = 1, VIRTQ_WRITTEN = 2 /* by the device */, VIRTQ_INDIRECT = 4 };

/* In two stores. */
static inline void virtq_put(struct virtq_desc *d, uint64_t at, uint32_t bytes, uint16_t flags,
                             uint16_t next) {
    uint64_t rest = bytes | (uint64_t)flags << 32 | (uint64_t)next << 48;
    d->at = at;
    __builtin_memcpy(&d->bytes, &rest, sizeof rest);
}

/* The i-th piece of a chain, before the next one; those that the device reads come first. */
static inline struct virtq_desc virtq_piece(unsigned i, uint64_t at, uint32_t bytes, bool written) {
    return (struct virtq_desc){at, bytes, VIRTQ_NEXT | (written ? VIRTQ_WRITTEN : 0),
                               (uint16_t)(i + 1)};
}

/* The rings as the device sees them, one behind the other. */
struct virtq_rings {
    struct virtq_desc desc[VIRTQUEUE_SIZE_MAX];
    struct {
        uint16_t flags, index, head[VIRTQUEUE_SIZE_MAX];
    } avail;
    struct {
        _Alignas(4) uint16_t flags;
        uint16_t index;
        struct {
            uint32_t head, written;
        } entry[VIRTQUEUE_SIZE_MAX];
    } used;
};

struct virtqueue {
    struct virtq_rings *rings;
    uint16_t size; /* a power of two */
    uint16_t free, unused;
    uint16_t offered;   /* how many chains were, modulo 2^16 */
    uint16_t taken;     /* how many used entries we have seen, modulo 2^16 */
    uint16_t in_flight; /* chains */
    bool broken;        /* the device said what cannot be; it must be reset */
    uint16_t next[VIRTQUEUE_SIZE_MAX], length[VIRTQUEUE_SIZE_MAX];
    void *token[VIRTQUEUE_SIZE_MAX]; /* by the chain's head; null: no chain begins here */
};

/* An empty queue of `size` descriptors (a power of two up to VIRTQUEUE_SIZE_MAX) in this memory,
 * which the device does not use yet, or no more. */
void virtqueue_init(struct virtqueue *q, struct virtq_rings *rings, uint16_t size);

/* The number that the next chain will have, below the size; 0 to size - 1 while there is room. */
static inline uint16_t virtqueue_head(const struct virtqueue *q) {
    return q->free;
}

/* Offers a chain of n > 0 pieces (virtq_piece); the last one's flags are cut here. `token`, not
 * null, comes back with its end. With table_at, where the device finds `chain`, which then is its
 * to read until the end, it takes one descriptor of the ring; with 0 n of them, copied. 0; -E_FULL:
 * there are not so many; -E_DEAD: the queue is broken. The device need not look before it is told
 * (the caller's to do). */
int virtqueue_add(struct virtqueue *q, struct virtq_desc *chain, unsigned n, void *token,
                  uint64_t table_at);

/* The same of a chain of n pieces in a table at this address: the way of most requests. */
static inline int virtqueue_add_table(struct virtqueue *q, unsigned n, void *token,
                                      uint64_t table_at) {
    struct virtq_rings *r = q->rings;
    uint16_t head = q->free;
    if (q->broken)
        return -E_DEAD;
    if (!q->unused)
        return -E_FULL;
    q->free = q->next[head];
    q->unused--;
    q->length[head] = 1;
    q->token[head] = token;
    q->in_flight++;
    virtq_put(&r->desc[head], table_at, n * (uint32_t)sizeof r->desc[0], VIRTQ_INDIRECT, 0);
    r->avail.head[q->offered++ & (q->size - 1)] = head;
    __atomic_store_n(&r->avail.index, q->offered, __ATOMIC_RELEASE);
    return 0;
}

/* Whether virtqueue_take() may find one. */
static inline bool virtqueue_has_ended(const struct virtqueue *q) {
    return __atomic_load_n(&q->rings->used.index, __ATOMIC_ACQUIRE) != q->taken;
}

/* The chain's descriptors are free again, in the order in which they were linked. */
static inline void *virtqueue_release(struct virtqueue *q, uint16_t head) {
    void *token = q->token[head];
    uint16_t last = head;
    for (uint16_t i = 1; i < q->length[head]; i++)
        last = q->next[last];
    q->next[last] = q->free;
    q->free = head;
    q->unused += q->length[head];
    q->token[head] = NULL;
    q->in_flight--;
    return token;
}

/* The head of a chain that the device is done with, and how many bytes it says it wrote: it is to
 * be released or kept at once. -1: none, or the queue is broken. */
static inline __attribute__((always_inline)) int virtqueue_ended(struct virtqueue *q,
                                                                 uint32_t *written) {
    if (q->broken)
        return -1;
    uint16_t ready =
        (uint16_t)(__atomic_load_n(&q->rings->used.index, __ATOMIC_ACQUIRE) - q->taken);
    if (!ready)
        return -1;
    if (ready > q->in_flight)
        goto broken;
    const unsigned at = q->taken & (q->size - 1u);
    /* Once each: the device may change them while we look. */
    uint32_t head = __atomic_load_n(&q->rings->used.entry[at].head, __ATOMIC_RELAXED);
    *written = __atomic_load_n(&q->rings->used.entry[at].written, __ATOMIC_RELAXED);
    if (head >= q->size || !q->token[head])
        goto broken;
    q->taken++;
    return (int)head;
broken:
    q->broken = true;
    return -1;
}

/* A chain that the device is done with, by its token. Null: none, or the queue is broken. */
static inline __attribute__((always_inline)) void *virtqueue_take(struct virtqueue *q,
                                                                  uint32_t *written) {
    int head = virtqueue_ended(q, written);
    return head < 0 ? NULL : virtqueue_release(q, (uint16_t)head);
}

/* An ended chain keeps its descriptors, and is not the device's until it is offered again. */
static inline void *virtqueue_keep(struct virtqueue *q, uint16_t head) {
    void *token = q->token[head];
    q->token[head] = NULL;
    q->in_flight--;
    return token;
}

/* The same chain is none any more. */
static inline void virtqueue_unkeep(struct virtqueue *q, uint16_t head) {
    q->token[head] = q;
    q->in_flight++;
    virtqueue_release(q, head);
}

/* The same chain once more. */
static inline void virtqueue_again(struct virtqueue *q, uint16_t head, void *token) {
    struct virtq_rings *r = q->rings;
    q->token[head] = token;
    q->in_flight++;
    r->avail.head[q->offered++ & (q->size - 1)] = head;
    __atomic_store_n(&r->avail.index, q->offered, __ATOMIC_RELEASE);
}

/* Whether the device may tell ends by an interrupt; it may all the same. */
static inline void virtqueue_tells(struct virtqueue *q, bool tells) {
    __atomic_store_n(&q->rings->avail.flags, tells ? 0 : VIRTQ_NO_INTERRUPT, __ATOMIC_RELEASE);
}

/* Once the device was reset: a chain that it will never end, until null. */
void *virtqueue_withdraw(struct virtqueue *q);

#endif
