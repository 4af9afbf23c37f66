/* SPDX-License-Identifier: MIT */
/* blk_start.c -- finds the machine's virtio disks, starts them, and resets them. */
#include "drivers/virtio_blk.h"

#include "lib/error.h"
#include "machine/cpu/interrupt_flag.h"

#define WANTED                                                                                     \
    (VIRTIO_INDIRECT | BLK_SIZE_MAX | BLK_SEG_MAX | BLK_READ_ONLY | BLK_FLUSH | BLK_QUEUES |       \
     BLK_DISCARD | BLK_ZERO)

#define SLOT_FRAMES ((VIRTQUEUE_SIZE_MAX * sizeof(struct blk_slot) + PAGE_SIZE - 1) / PAGE_SIZE)

static struct disk disks[DISKS_MAX];
static unsigned count;
static bool begun;

static bool config_asked(void *arg) {
    struct disk *d = arg;
    d->dead |= virtio_needs_reset(&d->device);
    return true;
}

static void begin_slot(struct blk_slot *s) {
    *s = (struct blk_slot){.at = physical(s).at};
    s->table[0] =
        virtq_piece(0, s->at + offsetof(struct blk_slot, header), sizeof s->header, false);
}

/* Entry 0 is the configuration's, the queue's number + 1 the queue's. */
static int start_queue(struct disk *d, uint16_t n) {
    struct blk_queue *q = &d->queue[n];
    struct virtq_rings *rings = q->ring.rings;
    uint16_t size = virtio_queue_size(&d->device, n);
    int error = size < DISK_PIECES_MAX + 2 ? -E_NOT_FOUND
                : rings                    ? 0
                        : virtio_queue_memory(SLOT_FRAMES, &rings, (void **)&q->slots);
    if (error)
        return error;
    q->disk = d;
    q->number = n;
    q->before = (uint16_t)(q->before + q->ring.offered);
    virtqueue_init(&q->ring, rings, size);
    for (size_t i = 0; i < SLOT_FRAMES * PAGE_SIZE / sizeof *q->slots; i++)
        begin_slot(&q->slots[i]);
    return virtio_queue_start(&d->device, n, &q->ring, (uint16_t)(n + 1), &q->bell);
}

/* From a reset device to one that works. */
static int start(struct disk *d) {
    int error = virtio_agree(&d->device, WANTED);
    if (error)
        return error;
    if (!blk_facts_read(d) || d->device.msix.entries < 2)
        return -E_NOT_FOUND;
    if (d->facts.queues > d->device.msix.entries - 1)
        d->facts.queues = d->device.msix.entries - 1;
    error = virtio_config_entry(&d->device, 0);
    for (uint16_t n = 0; n < d->facts.queues && !error; n++)
        error = start_queue(d, n);
    if (!error)
        virtio_start(&d->device);
    return error;
}

static int listen(struct disk *d) {
    int error = virtio_listen(&d->device, 0, &d->config, config_asked, d);
    for (unsigned n = 0; n < d->facts.queues && !error; n++)
        error = virtio_listen(&d->device, n + 1, &d->queue[n].handler, blk_asked, &d->queue[n]);
    return error;
}

/* Its memory is left to it, for it may still use it. */
static void give_up(struct disk *d) {
    virtio_unlisten(&d->config);
    for (unsigned n = 0; n < DISK_QUEUES_MAX; n++)
        virtio_unlisten(&d->queue[n].handler);
    if (d->device.common)
        virtio_fail(&d->device);
    *d = (struct disk){0};
}

static int open(const struct pci_function *f) {
    struct disk *d = &disks[count];
    if (count == DISKS_MAX)
        return -E_FULL;
    int error = virtio_open(&d->device, f, sizeof(struct blk_config));
    if (!error)
        error = virtio_reset(&d->device);
    if (!error)
        error = start(d);
    if (!error)
        error = listen(d);
    if (error)
        give_up(d);
    else
        count++;
    return error;
}

void disk_init(void) {
    if (begun)
        return;
    begun = true;
    virtio_find(VIRTIO_BLK, "disk", open);
}

struct disk *disk_at(unsigned i) {
    return i < count ? &disks[i] : NULL;
}

const struct disk_facts *disk_facts(const struct disk *d) {
    return &d->facts;
}

uint64_t disk_requests(void) {
    uint16_t all = 0;
    for (const struct disk *d = disks; d < disks + count; d++)
        for (unsigned n = 0; n < d->facts.queues; n++)
            all = (uint16_t)(all + d->queue[n].before + d->queue[n].ring.offered);
    return all;
}

int disk_reset(struct disk *d) {
    const struct disk_facts was = d->facts;
    bool on = interrupts_off();
    d->dead = true;
    int error = virtio_reset(&d->device);
    if (!error) {
        blk_withdraw(d);
        error = start(d) || d->facts.queues != was.queues ? -E_DEAD : 0;
        d->facts.queues = was.queues; /* as many as have handlers */
        d->dead = error;
    }
    interrupts_restore(on);
    return error;
}
