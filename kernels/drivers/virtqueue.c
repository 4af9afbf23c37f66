/* SPDX-License-Identifier: MIT */
/* virtqueue.c -- see virtqueue.h. */
#include "drivers/virtqueue.h"

#include "lib/string.h"

void virtqueue_init(struct virtqueue *q, struct virtq_rings *rings, uint16_t size) {
    memset(rings, 0, sizeof *rings);
    memset(q, 0, sizeof *q);
    q->rings = rings;
    q->size = q->unused = size;
    for (uint16_t i = 0; i < size; i++)
        q->next[i] = (uint16_t)((i + 1) % size);
}

/* Takes `count` descriptors off the list of free ones; its first is the chain's head. */
static uint16_t reserve(struct virtqueue *q, uint16_t count, void *token) {
    uint16_t head = q->free;
    for (uint16_t i = 0; i < count; i++)
        q->free = q->next[q->free];
    q->unused -= count;
    q->length[head] = count;
    q->token[head] = token;
    q->in_flight++;
    return head;
}

/* Copies the chain into the ring, along the links of the free descriptors from its head on. */
static void copy(struct virtqueue *q, uint16_t head, const struct virtq_desc *chain, unsigned n) {
    for (unsigned i = 0; i < n; i++, head = q->next[head]) {
        q->rings->desc[head] = chain[i];
        q->rings->desc[head].next = q->next[head];
    }
}

int virtqueue_add(struct virtqueue *q, struct virtq_desc *chain, unsigned n, void *token,
                  uint64_t table_at) {
    struct virtq_rings *r = q->rings;
    if (q->broken)
        return -E_DEAD;
    if (n > q->size || (!table_at && n > q->unused))
        return -E_FULL;
    chain[n - 1].flags &= (uint16_t)~VIRTQ_NEXT;
    if (table_at)
        return virtqueue_add_table(q, n, token, table_at);
    uint16_t head = reserve(q, (uint16_t)n, token);
    copy(q, head, chain, n);
    r->avail.head[q->offered++ & (q->size - 1)] = head;
    __atomic_store_n(&r->avail.index, q->offered, __ATOMIC_RELEASE);
    return 0;
}

void *virtqueue_withdraw(struct virtqueue *q) {
    for (uint16_t head = 0; head < q->size; head++)
        if (q->token[head])
            return virtqueue_release(q, head);
    return NULL;
}
