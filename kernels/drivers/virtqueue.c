/* SPDX-License-Identifier: MIT */
/* virtqueue.c -- see virtqueue.h. */
#include "drivers/virtqueue.h"

#include "lib/error.h"
#include "lib/string.h"

enum { DESC_NEXT = 1, DESC_WRITE = 2, DESC_INDIRECT = 4 };

void virtqueue_init(struct virtqueue *q, struct virtq_rings *rings, uint16_t size) {
    memset(rings, 0, sizeof *rings);
    memset(q, 0, sizeof *q);
    q->rings = rings;
    q->size = q->unused = size;
    for (uint16_t i = 0; i < size; i++)
        q->next[i] = (uint16_t)((i + 1) % size);
}

static struct virtq_desc describe(const struct virtqueue_piece *p, bool more, uint16_t next) {
    return (struct virtq_desc){.at = p->at,
                               .bytes = p->bytes,
                               .flags = (p->written ? DESC_WRITE : 0) | (more ? DESC_NEXT : 0),
                               .next = more ? next : 0};
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

int virtqueue_add(struct virtqueue *q, const struct virtqueue_piece *piece, unsigned n, void *token,
                  struct virtq_desc *table, uint64_t table_at) {
    struct virtq_rings *r = q->rings;
    if (q->broken)
        return -E_DEAD;
    if (n > q->size || (table ? 1 : n) > q->unused)
        return -E_FULL;
    uint16_t head = reserve(q, table ? 1 : (uint16_t)n, token), at = head;
    for (unsigned i = 0; i < n; i++) {
        bool more = i + 1 < n;
        if (table) {
            table[i] = describe(&piece[i], more, (uint16_t)(i + 1));
        } else {
            r->desc[at] = describe(&piece[i], more, q->next[at]);
            at = q->next[at];
        }
    }
    if (table)
        r->desc[head] = (struct virtq_desc){
            .at = table_at, .bytes = n * (uint32_t)sizeof *table, .flags = DESC_INDIRECT};
    r->avail.head[q->offered++ % q->size] = head;
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
    const unsigned at = q->taken % q->size;
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
