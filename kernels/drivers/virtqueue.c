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

/* The chain's descriptors are free again, in the order in which they were linked. */
static void *release(struct virtqueue *q, uint16_t head) {
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

static void *break_queue(struct virtqueue *q) {
    q->broken = true;
    return NULL;
}

void *virtqueue_take(struct virtqueue *q, uint32_t *written) {
    if (q->broken)
        return NULL;
    uint16_t ready =
        (uint16_t)(__atomic_load_n(&q->rings->used.index, __ATOMIC_ACQUIRE) - q->taken);
    if (!ready)
        return NULL;
    if (ready > q->in_flight)
        return break_queue(q);
    const unsigned at = q->taken & (q->size - 1u);
    /* Once each: the device may change them while we look. */
    uint32_t head = __atomic_load_n(&q->rings->used.entry[at].head, __ATOMIC_RELAXED);
    *written = __atomic_load_n(&q->rings->used.entry[at].written, __ATOMIC_RELAXED);
    if (head >= q->size || !q->token[head])
        return break_queue(q);
    q->taken++;
    return release(q, (uint16_t)head);
}

void *virtqueue_withdraw(struct virtqueue *q) {
    for (uint16_t head = 0; head < q->size; head++)
        if (q->token[head])
            return release(q, head);
    return NULL;
}
