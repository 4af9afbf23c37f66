/* SPDX-License-Identifier: MIT */
/* virtio_blk.h -- what a virtio block device and its driver tell each other (Virtual I/O Device
 * 1.2, chapter 5.2), and a disk of that kind. For the driver's own sources. */
#ifndef DRIVERS_VIRTIO_BLK_H
#define DRIVERS_VIRTIO_BLK_H

#include "drivers/disk.h"
#include "drivers/virtio.h"
#include "machine/interrupt/interrupt.h"

#define VIRTIO_BLK 2 /* the kind's number */

enum {
    BLK_SIZE_MAX = 1 << 1,
    BLK_SEG_MAX = 1 << 2,
    BLK_READ_ONLY = 1 << 5,
    BLK_FLUSH = 1 << 9,
    BLK_QUEUES = 1 << 12,
    BLK_DISCARD = 1 << 13,
    BLK_ZERO = 1 << 14
};

/* Its registers. */
struct blk_config {
    uint32_t capacity[2];
    uint32_t size_max, seg_max;
    uint8_t geometry[4];
    uint32_t block_size;
    uint8_t topology[8];
    uint8_t write_back, unused;
    uint16_t queues;
    uint32_t discard_sectors, discard_ranges, discard_unit;
    uint32_t zero_sectors, zero_ranges;
    uint8_t zero_may_unmap, unused_too[3];
};

/* Beside the request's own memory, what the device reads and writes of one. */
struct blk_slot {
    struct virtq_desc table[DISK_PIECES_MAX + 2]; /* the first is the header's, for good */
    struct {
        uint32_t type, reserved;
        uint64_t sector;
    } header;
    struct {
        uint64_t sector;
        uint32_t sectors, flags;
    } range;
    uint8_t status;
    uint64_t at; /* the slot, by the device's address; ours alone */
};

struct blk_queue {
    struct disk *disk;
    struct virtqueue ring;
    struct blk_slot *slots; /* as many as the ring is long */
    volatile uint16_t *bell;
    uint16_t number;
    uint16_t before; /* requests up to the last reset, modulo 2^16 */
    struct interrupt_handler handler;
};

struct disk {
    struct virtio device;
    struct disk_facts facts;
    struct blk_queue queue[DISK_QUEUES_MAX];
    struct interrupt_handler config;
    uint32_t piece_max; /* bytes */
    bool dead;
};

/* Reads features and registers; false: no disk that we can use. */
bool blk_facts_read(struct disk *d);
/* A queue's interrupt. */
bool blk_asked(void *queue);
/* After a reset: ends every request that the device had. */
void blk_withdraw(struct disk *d);

#endif
