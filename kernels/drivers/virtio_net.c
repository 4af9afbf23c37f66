/* SPDX-License-Identifier: MIT */
/* virtio_net.c -- frames and buffers for them: pinned, handed to the device, and ended. Their
 * beginning and reset: net_start.c. */
#include "drivers/virtio_net.h"

#include "drivers/dma_pin.h"
#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/report/panic.h"

int nic_check(enum nic_queue queue, struct nic_request *r) {
    uint64_t bytes = 0;
    if (!r->pieces || r->pieces > NIC_PIECES_MAX)
        return -E_INVALID;
    for (unsigned i = 0; i < r->pieces; i++) {
        if (!r->piece[i].bytes)
            return -E_INVALID;
        bytes += r->piece[i].bytes;
    }
    r->room = (uint32_t)bytes;
    return bytes < NIC_HEADER || (queue == NIC_TRANSMIT && bytes > NIC_FRAME_MAX) ? -E_INVALID : 0;
}

/* A quiet one near the queue's end is told of, or nobody might look. */
static inline bool is_loud(const struct net_queue *q, const struct nic_request *r) {
    return !r->quiet || q->ring.unused <= q->ring.size / 4;
}

/* A chain of a header and the pieces, in the slot's table. */
static inline __attribute__((always_inline)) int put(struct net_queue *q, uint16_t number,
                                                     struct nic_request *r) {
    if (q->nic->dead)
        return -E_DEAD;
    if (!q->ring.unused) /* the slot is another's */
        return -E_FULL;
    const uint16_t head = virtqueue_head(&q->ring);
    struct net_slot *s = &q->slots[head];
    const uint16_t flags = number == NIC_RECEIVE ? VIRTQ_WRITTEN : 0;
    const struct dma_piece *p = r->piece, *last = p + r->pieces - 1;
    struct virtq_desc *to = &s->table[1];
    for (uint64_t next = 2; p < last; p++, to++, next++)
        virtq_put(to, p->at.at, p->bytes, flags | VIRTQ_NEXT, (uint16_t)next);
    virtq_put(to, p->at.at, p->bytes, flags, 0);
    if (number == NIC_TRANSMIT) {
        r->loud = is_loud(q, r);
        q->loud += r->loud;
        virtqueue_tells(&q->ring, q->loud);
    }
    int error =
        virtqueue_add_table(&q->ring, r->pieces + 1, r, s->at + offsetof(struct net_slot, table));
    if (error)
        return error;
    r->result = NIC_PENDING;
    return 0;
}

/* The device hears of it, and of all that it has not heard of; of these also where they have taken
 * all room. */
static inline __attribute__((always_inline)) int hand_over(struct net_queue *q, uint16_t number,
                                                           struct nic_request *r) {
    int error = put(q, number, r);
    if (!error || q->untold)
        *q->bell = number;
    return error;
}

int nic_hand_over(struct nic *n, enum nic_queue queue, struct nic_request *r) {
    return queue == NIC_RECEIVE ? hand_over(&n->queue[NIC_RECEIVE], NIC_RECEIVE, r)
                                : hand_over(&n->queue[NIC_TRANSMIT], NIC_TRANSMIT, r);
}

int nic_send_short(struct nic *n, struct nic_request *r) {
    return hand_over(&n->queue[NIC_TRANSMIT], NIC_TRANSMIT, r);
}

int nic_send_untold(struct nic *n, struct nic_request *r) {
    n->queue[NIC_TRANSMIT].untold = true;
    return put(&n->queue[NIC_TRANSMIT], NIC_TRANSMIT, r);
}

void nic_tell(struct nic *n) {
    struct net_queue *q = &n->queue[NIC_TRANSMIT];
    if (!q->untold)
        return;
    q->untold = false;
    *q->bell = NIC_TRANSMIT;
}

static int submit(struct nic *n, enum nic_queue queue, struct nic_request *r) {
    int error = nic_check(queue, r);
    if (error)
        return error;
    bool on = interrupts_off();
    error = r->pinned ? 0 : dma_pin(r->piece, r->pieces);
    if (!error) {
        error = nic_hand_over(n, queue, r);
        if (error && !r->pinned)
            dma_unpin(r->piece, r->pieces);
    }
    interrupts_restore(on);
    return error;
}

int nic_give(struct nic *n, struct nic_request *r) {
    return submit(n, NIC_RECEIVE, r);
}

int nic_send(struct nic *n, struct nic_request *r) {
    return submit(n, NIC_TRANSMIT, r);
}

static inline void end(struct nic_request *r, enum nic_result result, uint32_t bytes) {
    if (!r->pinned)
        dma_unpin(r->piece, r->pieces);
    r->result = result;
    r->bytes = bytes;
    r->ended(r);
}

/* As long as what the device wrote, and never longer than the buffer. */
static inline uint32_t length(const struct nic_request *r, uint32_t written) {
    written =
        written > sizeof(struct net_header) ? written - (uint32_t)sizeof(struct net_header) : 0;
    return written < r->room ? written : r->room;
}

/* Of a buffer that is not given again: what has its place from now on, or null. */
static inline struct nic_request *instead(struct net_queue *q, uint16_t head,
                                          struct nic_request *kept) {
    struct nic_request *r = kept->instead;
    kept->instead = NULL;
    if (!r) {
        virtqueue_unkeep(&q->ring, head);
        return NULL;
    }
    for (unsigned i = 0; i < r->pieces; i++) {
        q->slots[head].table[i + 1].at = r->piece[i].at.at;
        q->slots[head].table[i + 1].bytes = r->piece[i].bytes;
    }
    r->result = NIC_PENDING;
    return r;
}

/* A frame: its buffer's chain is as it was for the next one. */
static inline __attribute__((always_inline)) void arrived(struct net_queue *q, uint16_t head,
                                                          uint32_t written) {
    struct nic_request *r = q->ring.token[head];
    uint32_t bytes = length(r, written);
    if (!r->again) {
        virtqueue_release(&q->ring, head);
        end(r, NIC_DONE, bytes);
        return;
    }
    virtqueue_keep(&q->ring, head);
    r->result = NIC_DONE;
    r->bytes = bytes;
    r->ended(r);
    if (!r->again && !(r = instead(q, head, r)))
        return;
    virtqueue_again(&q->ring, head, r);
    *q->bell = NIC_RECEIVE;
}

static inline __attribute__((always_inline)) void went(struct net_queue *q, uint16_t head) {
    struct nic_request *r = virtqueue_release(&q->ring, head);
    q->loud -= r->loud;
    end(r, NIC_DONE, 0);
}

/* With interrupts off; `most` is at least 1. */
static inline __attribute__((always_inline)) unsigned collect(struct net_queue *q, bool receives,
                                                              unsigned most) {
    uint32_t written;
    unsigned count = 0;
    for (int head; (head = virtqueue_ended(&q->ring, &written)) >= 0;) {
        if (receives)
            arrived(q, (uint16_t)head, written);
        else
            went(q, (uint16_t)head);
        if (++count == most)
            break;
    }
    if (__builtin_expect(q->ring.broken, 0))
        q->nic->dead = true;
    return count;
}

/* A flood is taken in parts, between which others have the processor. What comes when we have
 * looked has an interrupt of its own. */
bool net_came(void *queue) {
    struct net_queue *q = queue;
    if (collect(q, true, q->nic->at_once) == q->nic->at_once && virtqueue_has_ended(&q->ring))
        interrupt_again(&q->handler);
    return true; /* a message is this queue's alone */
}

void nic_take_at_once(struct nic *n, unsigned most) {
    n->at_once = most;
}

bool net_went(void *queue) {
    collect(queue, false, NIC_QUEUE);
    return true;
}

void nic_collect_sent(struct nic *n) {
    collect(&n->queue[NIC_TRANSMIT], false, NIC_QUEUE);
}

unsigned nic_collect(struct nic *n, enum nic_queue queue) {
    bool on = interrupts_off();
    unsigned count = queue == NIC_RECEIVE ? collect(&n->queue[queue], true, NIC_QUEUE)
                                          : collect(&n->queue[queue], false, NIC_QUEUE);
    interrupts_restore(on);
    return count;
}

unsigned nic_in_flight(const struct nic *n, enum nic_queue queue) {
    return n->queue[queue].ring.in_flight;
}

bool nic_is_dead(const struct nic *n) {
    return n->dead;
}

void nic_mask(struct nic *n, enum nic_queue queue) {
    interrupt_mask(&n->queue[queue].handler);
}

void nic_unmask(struct nic *n, enum nic_queue queue) {
    interrupt_unmask(&n->queue[queue].handler);
}

void net_withdraw(struct nic *n) {
    struct nic_request *r;
    for (unsigned i = 0; i < NIC_QUEUES; i++)
        while ((r = virtqueue_withdraw(&n->queue[i].ring)))
            end(r, NIC_WITHDRAWN, 0);
}
