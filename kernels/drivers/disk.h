/* SPDX-License-Identifier: MIT */
/* disk.h -- disks: a request is submitted, and its end is told. No queue of requests that wait, no
 * order, no cache, no second try: those are the caller's. A disk is a row of sectors of 512 bytes
 * with one queue or several, which know nothing of each other.
 *
 *   disk_submit -> the device works -> its interrupt -> r->ended(r), with interrupts off
 *
 * Page frames that the device may read or write are pinned (frame_pin) from disk_submit() until it
 * is done with them or was reset, unless the caller did so himself. */
#ifndef DRIVERS_DISK_H
#define DRIVERS_DISK_H

#include "drivers/dma.h"

#define DISKS_MAX       4
#define DISK_QUEUES_MAX 4
#define DISK_PIECES_MAX 16
#define DISK_SECTOR     512

enum disk_operation {
    DISK_READ,
    DISK_WRITE,
    DISK_FLUSH,   /* what was written before its submission, and has ended, is on the disk */
    DISK_DISCARD, /* the sectors may read as anything */
    DISK_ZERO,    /* the sectors read as zeros */
    DISK_OPERATIONS
};

enum disk_result {
    DISK_DONE,
    DISK_FAILED,      /* the device could not, or wrote fewer bytes than it ought to */
    DISK_UNSUPPORTED, /* the device does not know the operation */
    DISK_WITHDRAWN,   /* the disk was reset; what became of the request is not known */
    DISK_PENDING      /* the device has it */
};

/* The caller's memory, unchanged from submission to its end, the pieces too. */
struct disk_request {
    enum disk_operation operation;
    uint64_t sector;               /* the first one; of a flush 0 */
    uint32_t sectors;              /* of a read or write: as many as the pieces hold */
    const struct dma_piece *piece; /* of a read or write */
    unsigned pieces;
    bool pinned; /* the caller sees to it that the frames stay until ended() */
    void (*ended)(struct disk_request *r); /* with interrupts off; may submit */
    void *arg;
    enum disk_result result; /* the driver's, as is what follows */
    unsigned slot;
};

struct disk;

/* What is known of it; constant while it lives. */
struct disk_facts {
    uint64_t sectors;
    unsigned queues;                        /* at least 1 */
    unsigned pieces;                        /* the most of one request */
    uint32_t discard_sectors, zero_sectors; /* the most of one request; 0: it cannot */
    uint32_t discard_unit;                  /* sectors */
    bool read_only;
    bool flush; /* false: what was written is on the disk when the write ends */
};

/* Finds the machine's disks, by PCI's order, and starts them; once. Those that cannot be used are
 * left out with a line in the log. */
void disk_init(void);
/* The i-th, or null. */
struct disk *disk_at(unsigned i);
const struct disk_facts *disk_facts(const struct disk *d);

/* How many requests all disks were given since the boot, modulo 65,536. */
uint64_t disk_requests(void);

/* Hands the request to the device by this queue. 0: its end will be told, once. Otherwise nothing
 * has happened: -E_INVALID: sectors or pieces that there are not, or whose lengths do not agree;
 * -E_PERM: it would change a disk that is read-only; -E_NO_CALL: the disk has no such operation;
 * -E_FULL: the queue has no room until another ends, or a frame no room for another pin; -E_DEAD:
 * the device said what cannot be, or asks to be reset: disk_reset(). */
int disk_submit(struct disk *d, unsigned queue, struct disk_request *r);

/* The same for a path that is short: of a request that disk_check() takes, by a queue that there
 * is, whose frames are pinned by the caller (`pinned`); with interrupts off. -E_FULL, -E_DEAD. */
int disk_submit_ready(struct disk *d, unsigned queue, struct disk_request *r);
/* Whether a disk with room takes it: 0, -E_INVALID, -E_PERM, -E_NO_CALL as above. */
int disk_check(const struct disk *d, const struct disk_request *r);

/* While it is masked the queue's interrupts wait; what has ended is told by disk_collect(), or once
 * it is no longer masked. At first it is not; calls nest. */
void disk_mask(struct disk *d, unsigned queue);
void disk_unmask(struct disk *d, unsigned queue);
/* Tells the end of each request that the device is done with; gives how many. */
unsigned disk_collect(struct disk *d, unsigned queue);

/* The end of what is in flight on a queue, at a moment that the caller chose: waits until the
 * device is done, and tells. The queue was masked from before submission on. With interrupts off,
 * and every timer stopped: where the clock counts instructions it then stands still, and the same
 * ones are executed whether the device was done long before or is not yet (docs/disk.md). Beside
 * network interfaces between nics_settle() and nics_resume(). */
void disk_meet(struct disk *d, unsigned queue);

/* Whether submission gives -E_DEAD. */
bool disk_is_dead(const struct disk *d);
/* Resets the device and starts it again; requests in flight end with DISK_WITHDRAWN. Not from
 * ended(). 0; -E_DEAD: it does not come back. Then requests that it has stay pending for good, for
 * it may still use their memory. */
int disk_reset(struct disk *d);

#endif
