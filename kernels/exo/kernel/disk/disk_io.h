/* SPDX-License-Identifier: MIT */
/* disk_io.h -- requests to disks, for whatever in the kernel makes them: a request is taken, given
 * its frames, and begun; its end is told once. Frames stay from then to the end, whoever dies. A
 * request goes to the device in the order in which requests began; nothing is merged.
 *
 *   disk_io_take -> disk_io_frame... -> disk_io_begin -> the device -> io->ended(io)
 *
 * The queue and what is counted are exposed (struct exo_disk, abi.h).
 * Decides who: requests go to a disk as they come, and 16 of 64 are one environment's at most. */
#ifndef EXO_KERNEL_DISK_IO_H
#define EXO_KERNEL_DISK_IO_H

#include "drivers/disk.h"
#include "drivers/spindle.h"
#include "exo/defence.h"
#include "exo/kernel/env/env.h"
#include "lib/error.h"
#include "machine/boot/boot.h"

#define DISK_BLOCK_SECTORS (EXO_DISK_BLOCK / DISK_SECTOR)

struct disk_io {
    struct disk_request r; /* first: the driver tells ends by it */
    struct disk_queue *of;
    struct exo_disk_entry *seen;
    struct disk_io *next; /* of those that wait, or are nobody's */
    uint32_t env;         /* who asked */
    /* At its end, whose r.result says which, with interrupts off; its frames are still pinned. */
    void (*ended)(struct disk_io *io);
    /* Of who made it. The word's frame is pinned too, if there is one. */
    void *arg;
    struct exo_frame *word_frame;
    uint64_t word;
    struct cap opened;
    uint32_t slot, pxn;
    unsigned frames; /* that are pinned */
    /* A chained read: block by block, of which this is the step-th (disk_handler.h). What is
     * nobody's is none. */
    bool (*next_block)(struct disk_io *io); /* null: it is none */
    unsigned step;
    /* Whether it may still be done, asked when it has waited; null: it may. */
    bool (*still)(const struct disk_io *io);
    struct dma_piece piece[EXO_DISK_BLOCKS];
};

struct disk_queue {
    struct disk *device;
    struct exo_disk *seen;
    struct disk_io *nobodys;
    struct disk_io *first, **last; /* those that wait */
    uint32_t order;                /* how many were asked */
    bool masked;                   /* the device's messages wait */
    struct spindle spindle;        /* that requests end by, where this is asked for */
} __attribute__((aligned(64)));    /* one is found by a shift */
extern struct disk_queue disk_queues[DISKS_MAX];
extern unsigned disk_queue_count;
/* How many requests each environment has, by its slot. */
extern uint8_t *disk_io_asked;

/* Starts the machine's disks. */
void disk_io_init(const struct boot_info *boot);

/* A request of e's for this disk: -E_NOT_FOUND: there is no such disk; -E_QUOTA: it has
 * EXO_DISK_MOST; -E_FULL: the disk has EXO_DISK_REQUESTS. It is begun, or given back by
 * disk_io_drop(). */
static inline int disk_io_take(uint64_t disk, const struct env *e, struct disk_io **taken) {
    struct disk_queue *q = &disk_queues[disk];
    if (disk >= disk_queue_count)
        return -E_NOT_FOUND;
    if (disk_io_asked[e - envs] >= EXO_DISK_MOST && DEFENDED(DISK_QUOTA))
        return -E_QUOTA;
    struct disk_io *io = q->nobodys;
    if (!io)
        return -E_FULL;
    q->nobodys = io->next;
    io->env = e->seen->id;
    io->frames = 0;
    io->word_frame = NULL;
    io->still = NULL;
    disk_io_asked[e - envs]++;
    *taken = io;
    return 0;
}

/* Its next block's frame, which is pinned from now on; at most EXO_DISK_BLOCKS. -E_BUSY, -E_FULL:
 * as exo_frame_pin(). */
static inline int disk_io_frame(struct disk_io *io, struct exo_frame *f) {
    int error = DEFENDED(DISK_PIN) ? exo_frame_pin_short(f) : 0;
    if (!error)
        io->piece[io->frames++].at = PADDR(exo_frame_number(f) * PAGE_SIZE);
    return error;
}

/* The word at this physical address, in this frame, is told the end by ended(). */
static inline int disk_io_word(struct disk_io *io, struct exo_frame *f, uint64_t at) {
    int error = exo_frame_pin_short(f);
    if (error)
        return error;
    io->word_frame = f;
    io->word = at;
    io->opened = f->acl;
    return 0;
}

static inline void disk_io_drop(struct disk_io *io) {
    struct disk_queue *q = io->of;
    for (unsigned i = 0; i < io->frames && DEFENDED(DISK_PIN); i++)
        exo_frame_unpin_short(exo_frame_mapped(io->piece[i].at.at));
    if (io->word_frame)
        exo_frame_unpin_short(io->word_frame);
    io->seen->env = 0;
    disk_io_asked[io->env % EXO_ENVS]--;
    io->next = q->nobodys;
    q->nobodys = io;
}

/* Asks this operation of these blocks, whose numbers have 32 bits. 0: ended() will be called. Else
 * the request is given back: -E_INVALID: blocks that there are not, or not as many as frames;
 * -E_PERM: the disk is read-only; -E_NO_CALL: it has no such operation; -E_DEAD: it needs a reset.
 * With `waits` the caller calls disk_io_wait() next. */
int disk_io_begin(struct disk_io *io, enum exo_disk_operation operation, uint64_t block,
                  uint64_t count, bool waits);

/* The first that waits goes to the device, if it has room; false: it has none, or none waits. */
bool disk_io_start(struct disk_queue *q);

/* What ended() is of an environment's request: tells its word. */
void disk_io_tell(struct disk_io *io);

/* Resets the disk: what is in flight ends, and nothing of it is touched later. -E_NOT_FOUND;
 * -E_DEAD: it does not come back. */
int disk_io_reset(uint64_t disk);

/* --- When requests end (disk_time.c) --- */

/* Ends have their moment: one request is in flight on a disk. */
extern bool disk_time_exact;
/* Ticks of the TSC from the device's getting a request to its end. 0: that is over at once. */
extern uint64_t disk_time_latency;
/* That is so many from now on; EXO_DISK_SPINDLE: as a disk with a spindle would take, which is as
 * it was built now. */
void disk_time_set(uint64_t ticks);
/* When a request ends that the device is about to get, where that is not at once. */
uint64_t disk_time_due(struct disk_queue *q, const struct disk_io *io);

/* Reads in the machine's command line whether they have. */
void disk_time_init(const char *command_line);

/* The processor halts until a request of the disk ends, or the slice under way does. 0; -E_AGAIN:
 * the moment of the next end is in a later slice; -E_NOT_FOUND: no such disk, or nothing is in
 * flight. */
int disk_io_wait(uint64_t disk);
/* The same of one that has a request in flight. */
int disk_queue_wait(struct disk_queue *q);
/* Whether who waits for what he asks now is told at once, no timer being armed. */
bool disk_time_at_once(void);
/* Where ends have their moment: before the device gets a request while which others compute, and
 * after it did, or ended one. */
void disk_time_watch(struct disk_queue *q);
void disk_time_settle(void);

/* What is asked of the capability that opens these blocks of a disk, `count` or, with 0, none: its
 * name is `d`, the disk, and the beginning of the blocks' number, highest byte first. */
static inline bool disk_may(struct cap held, uint64_t disk, uint64_t block, uint64_t count,
                            unsigned rights) {
    uint64_t last = block + count - (count > 0), word;
    __builtin_memcpy(&word, &held, sizeof word);
    if (!held.valid || (rights & ~held.rights) || held.length > 6 || last > UINT32_MAX)
        return false;
    uint64_t name = 'd' | disk << 8 | (uint64_t)__builtin_bswap32((uint32_t)block) << 16;
    uint64_t differs = (uint64_t)__builtin_bswap32((uint32_t)(block ^ last)) << 16;
    return (((name ^ word >> 8) | differs) & ~(~0ul << 8 * held.length)) == 0;
}

#endif
