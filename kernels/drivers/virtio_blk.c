/* SPDX-License-Identifier: MIT */
/* virtio_blk.c -- a disk's requests: pinned, handed to the device, and ended. Its beginning and its
 * reset: blk_start.c. */
#include "drivers/virtio_blk.h"
#include "drivers/blk_answer.h"

#include "drivers/dma_pin.h"
#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"

static const uint32_t types[DISK_OPERATIONS] = {
    [DISK_READ] = 0, [DISK_WRITE] = 1, [DISK_FLUSH] = 4, [DISK_DISCARD] = 11, [DISK_ZERO] = 13};

/* The request as the device wants it: a header, the data or a range, and a byte for its answer.
 * Gives how many pieces that are, in the slot's table. */
static inline unsigned describe(struct blk_slot *s, const struct disk_request *r) {
    struct virtq_desc *to = &s->table[1];
    uint16_t flags = VIRTQ_NEXT | (r->operation == DISK_READ ? VIRTQ_WRITTEN : 0);
    s->status = BLK_NONE;
    s->header.type = types[r->operation];
    s->header.sector = r->sector;
    if (r->operation > DISK_FLUSH) { /* of a range */
        s->header.sector = 0;
        s->range.sector = r->sector;
        s->range.sectors = r->sectors;
        *to++ = virtq_piece(1, s->at + offsetof(struct blk_slot, range), sizeof s->range, false);
    }
    const struct dma_piece *end = r->piece + r->pieces;
    for (const struct dma_piece *p = r->piece; p < end; p++, to++)
        virtq_put(to, p->at.at, p->bytes, flags, (uint16_t)(to - s->table + 1));
    virtq_put(to, s->at + offsetof(struct blk_slot, status), 1, VIRTQ_WRITTEN, 0);
    return (unsigned)(to - s->table) + 1;
}
_Static_assert(DISK_DISCARD > DISK_FLUSH && DISK_ZERO > DISK_FLUSH && DISK_WRITE < DISK_FLUSH, "");

/* Pinned, it goes to the device. */
static inline int hand_over(struct disk *d, struct blk_queue *q, struct disk_request *r) {
    if (!q->ring.unused) /* the slot is another's */
        return -E_FULL;
    r->slot = virtqueue_head(&q->ring);
    struct blk_slot *s = &q->slots[r->slot];
    unsigned n = describe(s, r);
    uint64_t table = s->at + offsetof(struct blk_slot, table);
    int error = d->device.features & VIRTIO_INDIRECT ? virtqueue_add_table(&q->ring, n, r, table)
                                                     : virtqueue_add(&q->ring, s->table, n, r, 0);
    if (error)
        return error;
    r->result = DISK_PENDING;
    *q->bell = q->number;
    return 0;
}

static int submit(struct disk *d, struct blk_queue *q, struct disk_request *r) {
    int error = r->pinned ? 0 : dma_pin(r->piece, r->pieces);
    if (error)
        return error;
    error = hand_over(d, q, r);
    if (error && !r->pinned)
        dma_unpin(r->piece, r->pieces);
    return error;
}

int disk_submit_ready(struct disk *d, unsigned queue, struct disk_request *r) {
    return d->dead ? -E_DEAD : hand_over(d, &d->queue[queue], r);
}

int disk_submit(struct disk *d, unsigned queue, struct disk_request *r) {
    bool on = interrupts_off();
    int error = queue >= d->facts.queues ? -E_INVALID : disk_check(d, r);
    if (!error)
        error = d->dead ? -E_DEAD : submit(d, &d->queue[queue], r);
    interrupts_restore(on);
    return error;
}

static inline void end(struct disk_request *r, enum disk_result result) {
    if (!r->pinned)
        dma_unpin(r->piece, r->pieces);
    r->result = result;
    r->ended(r);
}

/* With interrupts off. */
static inline unsigned collect(struct disk *d, struct blk_queue *q) {
    struct disk_request *r;
    uint32_t written;
    unsigned count = 0;
    for (; virtqueue_has_ended(&q->ring) && (r = virtqueue_take(&q->ring, &written)); count++)
        end(r, blk_answer(r, *(const volatile uint8_t *)&q->slots[r->slot].status, written));
    d->dead |= q->ring.broken;
    return count;
}

unsigned disk_collect(struct disk *d, unsigned queue) {
    assert_that(queue < d->facts.queues);
    bool on = interrupts_off();
    unsigned count = collect(d, &d->queue[queue]);
    interrupts_restore(on);
    return count;
}

bool blk_asked(void *arg) {
    struct blk_queue *q = arg;
    collect(q->disk, q);
    return true; /* a message is this queue's alone */
}

bool disk_is_dead(const struct disk *d) {
    return d->dead;
}

void disk_mask(struct disk *d, unsigned queue) {
    assert_that(queue < d->facts.queues);
    interrupt_mask(&d->queue[queue].handler);
}

void disk_unmask(struct disk *d, unsigned queue) {
    assert_that(queue < d->facts.queues);
    interrupt_unmask(&d->queue[queue].handler);
}

void disk_meet(struct disk *d, unsigned queue) {
    disk_unmask(d, queue);
    while (d->queue[queue].ring.in_flight)
        sti_hlt_cli();
    disk_mask(d, queue);
}

void blk_withdraw(struct disk *d) {
    struct disk_request *r;
    for (unsigned i = 0; i < d->facts.queues; i++)
        while ((r = virtqueue_withdraw(&d->queue[i].ring)))
            end(r, DISK_WITHDRAWN);
}
